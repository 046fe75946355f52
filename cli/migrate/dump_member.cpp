#include "cli/migrate/dump_member.hpp"

#include "cli/command.hpp"
#include "cli/migrate/django_site.hpp"

namespace restjwt::cli::migrate {
namespace {

constexpr std::size_t max_text_size = 4096;
constexpr std::size_t max_items = 1000;

/// The interactive console of Django before 1.11 writes its prompts to standard output.
std::string_view without_prompts(std::string_view text) {
  while (text.starts_with(">>> ") || text.starts_with("... ")) text.remove_prefix(4);
  const auto last = text.rfind('}');
  if (last == std::string_view::npos) return text;
  const auto rest = text.substr(last + 1);
  const bool prompts_only = rest.find_first_not_of("> \r\n") == std::string_view::npos;
  return prompts_only ? text.substr(0, last + 1) : text;
}

}  // namespace

Json parse_dump(std::string_view text) {
  if (text.size() > max_dump_size) throw WrongUsage("is longer than 1 MiB; it is no dump");
  text = without_prompts(text);
  if (text.empty()) throw WrongUsage("is empty; did the snippet fail in manage.py shell?");
  auto json = parse_json(text);
  if (!json)
    throw WrongUsage("is no JSON at byte " + std::to_string(json.error().offset) + " (" +
                     json.error().code.message() +
                     "); make it with: restjwt migrate django snippet");
  if (!json->is_object()) throw WrongUsage("is no JSON object");
  return *std::move(json);
}

Dump Dump::at(std::string_view name) const {
  static const Json null;
  const auto path = path_.empty() ? std::string(name) : path_ + "." + std::string(name);
  if (!value_->is_object()) wrong("is no object");
  const Json* member = value_->find(name);
  return {member ? *member : null, path};
}

std::vector<Dump> Dump::items() const {
  if (!value_->is_array()) wrong("is no list");
  if (value_->as_array().size() > max_items) wrong("is a list of more than 1,000");
  std::vector<Dump> found;
  for (const auto& item : value_->as_array())
    found.push_back({item, path_ + "[" + std::to_string(found.size()) + "]"});
  return found;
}

std::string Dump::text() const {
  if (is_null()) wrong("is missing");
  if (!value_->is_string()) wrong("is no text");
  if (value_->as_string().size() > max_text_size) wrong("is longer than 4,096 bytes");
  return value_->as_string();
}

std::string Dump::text_or(std::string_view fallback) const {
  return is_null() ? std::string(fallback) : text();
}

std::string Dump::identifier() const {
  auto name = text();
  if (name.empty() || name.find('\0') != std::string::npos)
    wrong("is no name of a table or column");
  return name;
}

bool Dump::flag() const {
  if (is_null()) wrong("is missing");
  if (!value_->is_bool()) wrong("is neither true nor false");
  return value_->as_bool();
}

std::size_t Dump::size() const {
  if (is_null()) wrong("is missing");
  if (!value_->is_int() || value_->as_int() < 0) wrong("is no count");
  return static_cast<std::size_t>(value_->as_int());
}

std::vector<std::string> Dump::texts() const {
  std::vector<std::string> found;
  for (const auto& item : items()) found.push_back(item.text());
  return found;
}

const Json& Dump::object() const {
  if (is_null()) wrong("is missing");
  if (!value_->is_object()) wrong("is no object");
  if (value_->as_object().size() > max_items) wrong("has more than 1,000 members");
  return *value_;
}

void Dump::wrong(std::string_view what) const {
  throw WrongUsage((path_.empty() ? "the dump" : path_) + ": " + std::string(what));
}

}  // namespace restjwt::cli::migrate
