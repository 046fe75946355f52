#include "vectors/file.hpp"

#include <array>
#include <charconv>
#include <fstream>

namespace restjwt::vectors {
namespace {

constexpr std::size_t longest = 64 * 1024 * 1024;

std::string content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path)) throw BadFile(path.string() + ": cannot be read");
  std::string bytes;
  std::array<char, 64 * 1024> part;
  while (in.read(part.data(), part.size()) || in.gcount() > 0) {
    bytes.append(part.data(), static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > longest) throw BadFile(path.string() + ": is longer than 64 MiB");
  }
  return bytes;
}

constexpr bool is_surrogate(unsigned unit) { return unit >= 0xD800 && unit < 0xE000; }
constexpr bool is_high(unsigned unit) { return unit < 0xDC00; }

/// The unit of the escape \uXXXX at this place, where there is one.
unsigned escaped_unit(std::string_view json, std::size_t at) {
  unsigned unit = 0;
  const std::string_view escape = json.substr(std::min(at, json.size()), 6);
  if (escape.size() == 6 && escape.starts_with("\\u"))
    std::from_chars(escape.data() + 2, escape.data() + 6, unit, 16);
  return unit;
}

/// Half a surrogate pair is no text and parse_json() refuses it, but Python writes it as an escape.
/// U+FFFD stands for it: neither is a character of a token.
std::string without_lone_surrogates(std::string json) {
  for (std::size_t at = 0; (at = json.find('\\', at)) != json.npos;) {
    const unsigned unit = escaped_unit(json, at), next = escaped_unit(json, at + 6);
    const bool is_pair =
        is_surrogate(unit) && is_high(unit) && is_surrogate(next) && !is_high(next);
    if (is_surrogate(unit) && !is_pair) json.replace(at + 2, 4, "fffd");
    at += is_pair ? 12 : 2;
  }
  return json;
}

bool is_case(const Json& one) {
  const Json *id = one.find("id"), *expect = one.find("expect");
  return id && id->is_string() && expect && expect->is_string();
}

}  // namespace

VectorFile::VectorFile(const std::filesystem::path& path) : name_(path.filename().string()) {
  const std::string what = path.string() + ": ";
  auto json = parse_json(without_lone_surrogates(content(path)), {.max_depth = 256});
  if (!json) {
    throw BadFile(what + json.error().code.message() + " at byte " +
                  std::to_string(json.error().offset));
  }
  json_ = std::move(*json);
  const Json *kind = json_.find("kind"), *all = json_.find("cases"), *keys = json_.find("keys");
  if (!all && json_.is_object() && !json_.as_object().empty()) {
    json_ = Json::object({{"kind", ""}, {"cases", Json::array()}});  // one that lies beside vectors
    return;
  }
  if (!kind || !kind->is_string() || !all || !all->is_array() || (keys && !keys->is_object()))
    throw BadFile(what + "is no file of vectors: it needs a \"kind\" and an array of \"cases\"");
  for (const Json& one : all->as_array()) {
    if (!is_case(one)) throw BadFile(what + "has a case without \"id\" or \"expect\"");
  }
}

const Json& VectorFile::key_of(const Json& one) const {
  if (const Json* own = one.find("jwk")) return *own;
  const std::string& key = text(one, "key");
  const Json* keys = json_.find("keys");
  const Json* named = keys ? keys->find(key) : nullptr;
  if (!named) throw BadCase("no key is named " + key);
  return *named;
}

const Json& member(const Json& one, std::string_view name) {
  const Json* value = one.find(name);
  if (!value) throw BadCase("has no member \"" + std::string(name) + '"');
  return *value;
}

const std::string& text(const Json& one, std::string_view name) {
  const Json& value = member(one, name);
  if (!value.is_string()) throw BadCase("\"" + std::string(name) + "\" is no text");
  return value.as_string();
}

std::string bytes_of_hex(const Json& one, std::string_view name) {
  const std::string& hex = text(one, name);
  std::string bytes(hex.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    unsigned char byte = 0;
    const char* const at = hex.data() + 2 * i;
    if (std::from_chars(at, at + 2, byte, 16).ptr != at + 2) throw BadCase("bad hex");
    bytes[i] = static_cast<char>(byte);
  }
  if (hex.size() % 2 != 0) throw BadCase("bad hex");
  return bytes;
}

std::string_view text_if_any(const Json& one, std::string_view name) {
  const Json* value = one.find(name);
  return value && value->is_string() ? std::string_view(value->as_string()) : std::string_view();
}

}  // namespace restjwt::vectors
