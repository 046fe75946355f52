#include "server/replay_exchange.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <restjwt/http/message.hpp>
#include <restjwt/jose/base64url.hpp>

namespace restjwt::test {
namespace {

constexpr std::string_view pairs_profile = "simplejwt";

const Json& member(const Json& object, std::string_view name) {
  const Json* found = object.find(name);
  if (!found) throw std::runtime_error("exchange without " + std::string(name));
  return *found;
}

const std::string& text(const Json& object, std::string_view name) {
  return member(object, name).as_string();
}

std::string text_or(const Json& object, std::string_view name, std::string_view otherwise) {
  const Json* found = object.find(name);
  return found ? found->as_string() : std::string(otherwise);
}

auth::Profile profile_named(std::string_view name) {
  if (name == "1.0.1") return auth::Profile::v1_0_1;
  if (name == "1.11.0") return auth::Profile::v1_11_0;
  if (name == "drf-jwt") return auth::Profile::drf_jwt;
  if (name == pairs_profile) return auth::Profile::v1_11_0;  // of the views that are not its own
  throw std::runtime_error("exchange of an unknown profile");
}

Json parse_recorded(std::string_view json) {
  auto value = parse_json(json, {.last_duplicate_wins = true});
  if (!value) throw std::runtime_error("exchange is not JSON: " + value.error().code.message());
  return *std::move(value);
}

/// Header values and paths are kept as Latin-1 text: a code point is the byte that was sent.
std::string from_latin1(std::string_view utf8) {
  std::string bytes;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    if (lead < 0x80) {
      bytes += utf8[i];
    } else {
      const auto trail = static_cast<unsigned char>(utf8.at(++i));
      bytes += static_cast<char>((lead & 0x03) << 6 | (trail & 0x3f));
    }
  }
  return bytes;
}

std::string body_of(const Json& message) {
  const Json& encoded = member(message, "body_b64");
  return encoded.is_null() ? std::string() : from_base64(encoded.as_string());
}

void read_request(const Json& request, Exchange& exchange) {
  exchange.method = text(request, "method");
  exchange.target = from_latin1(text(request, "path"));
  for (const Json& field : member(request, "headers").as_array())
    exchange.headers.emplace_back(field.as_array().at(0).as_string(),
                                  from_latin1(field.as_array().at(1).as_string()));
  exchange.body = body_of(request);
}

void read_response(const Json& response, Exchange& exchange) {
  exchange.response.status = static_cast<int>(member(response, "status").as_int());
  for (const Json& field : member(response, "headers").as_array())
    exchange.response.headers.add(field.as_array().at(0).as_string(),
                                  from_latin1(field.as_array().at(1).as_string()));
  exchange.response.body = body_of(response);
}

void read_tokens(const Json& line, Exchange& exchange) {
  if (const Json* issued = line.find("issued"))
    for (const Json& token : issued->as_array())
      exchange.issued.push_back({.pointer = text_or(token, "json_pointer", "/").substr(1),
                                 .cookie = text_or(token, "set_cookie", ""),
                                 .header = parse_recorded(text(token, "header")),
                                 .payload = parse_recorded(text(token, "payload")),
                                 .echo = token.find("echo") != nullptr});
  if (const Json* uses = line.find("uses"))
    for (const auto& [name, use] : uses->as_object()) {
      const Json* edit = use.find("edit");
      exchange.uses.push_back({.from_step = static_cast<int>(member(use, "from_step").as_int()),
                               .member = text_or(use, "json_pointer", "/token").substr(1),
                               .recorded = text(use, "recorded"),
                               .edit = edit ? *edit : Json()});
    }
}

Exchange read_exchange(const std::string& json) {
  const Json line = parse_recorded(json);
  Exchange exchange{.profile = profile_named(text(line, "profile")),
                    .pairs = text(line, "profile") == pairs_profile,
                    .id = text(line, "id"),
                    .scenario = text(line, "scenario"),
                    .step = static_cast<int>(member(line, "step").as_int()),
                    .at = member(line, "at").as_int(),
                    .at_us = member(line, "at_us").as_int()};
  for (const auto& [name, value] : member(line, "settings").as_object())
    exchange.settings.emplace(name, value.as_string());
  read_request(member(line, "request"), exchange);
  read_response(member(line, "response"), exchange);
  read_tokens(line, exchange);
  return exchange;
}

void replace_all(std::string& where, std::string_view what, std::string_view with) {
  for (auto at = where.find(what); at != where.npos; at = where.find(what, at + with.size()))
    where.replace(at, what.size(), with);
}

/// The token to send where the recorded one was. A step that departs may have handed out none: then
/// the recorded one, which the same key has signed.
std::string token_for(const Exchange::Use& use, const IssuedTokens& tokens) {
  const auto ours = tokens.find({use.from_step, use.member});
  return ours == tokens.end() ? use.recorded : bend(ours->second, use.edit);
}

std::string chunked(std::string_view body) {
  char size[16];
  const auto end = std::to_chars(std::begin(size), std::end(size), body.size(), 16).ptr;
  return std::string(size, end) + "\r\n" + std::string(body) + "\r\n0\r\n\r\n";
}

}  // namespace

std::string from_base64(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  text.erase(text.find_last_not_of('=') + 1);
  auto bytes = jose::base64url_decode(text);
  if (!bytes) throw std::runtime_error("not base64");
  return *std::move(bytes);
}

std::string bend(std::string token, const Json& edit) {
  if (const Json* tail = edit.find("append")) token += tail->as_string();
  if (const Json* middle = edit.find("insert")) {
    const auto before_last = static_cast<std::size_t>(member(edit, "before_last").as_int());
    token.insert(token.size() - before_last, middle->as_string());
  }
  if (edit.find("first_signature_char")) {
    char& first = token.at(token.rfind('.') + 1);
    first = first == 'A' ? 'B' : 'A';
  }
  return token;
}

std::vector<Exchange> read_exchanges(const std::filesystem::path& file) {
  std::ifstream lines(file);
  if (!lines) throw std::runtime_error("cannot read " + file.string());
  std::vector<Exchange> exchanges;
  for (std::string line; std::getline(lines, line);) exchanges.push_back(read_exchange(line));
  return exchanges;
}

std::string request_bytes(const Exchange& exchange, const IssuedTokens& tokens) {
  std::string head = exchange.method + " " + exchange.target + " HTTP/1.1\r\n";
  std::string body = exchange.body;
  for (const auto& use : exchange.uses) replace_all(body, use.recorded, token_for(use, tokens));

  for (const auto& [name, value] : exchange.headers) {
    if (http::same_name(name, "Transfer-Encoding")) body = chunked(body);
    const bool is_length = http::same_name(name, "Content-Length");
    head += name + ": " + (is_length ? std::to_string(body.size()) : value) + "\r\n";
  }
  for (const auto& use : exchange.uses) replace_all(head, use.recorded, token_for(use, tokens));
  return head + "\r\n" + body;
}

}  // namespace restjwt::test
