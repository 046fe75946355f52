#include "cli/migrate/shadow_discretion.hpp"

#include <algorithm>
#include <utility>

#include <restjwt/http/parsers.hpp>

namespace restjwt::cli::migrate {
namespace {

// Every JSON object in base64url begins with it, and so does every token.
constexpr std::string_view token_start = "eyJ";

constexpr std::size_t longest_shown = 200;
// Identifiers and tokens in paths are longer than this and hold digits; names of endpoints do not.
constexpr std::size_t longest_name = 16;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() > 1 && text.starts_with('"') && text.ends_with('"');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

std::string shown_segment(std::string_view segment) {
  const bool identifier =
      segment.size() > longest_name && std::any_of(segment.begin(), segment.end(), is_digit);
  const bool long_text = segment.size() > 2 * longest_name;
  return identifier || long_text ? "…" : std::string(segment);
}

}  // namespace

Discretion::Discretion(const http::Request& request) {
  const auto type = request.headers.find("Content-Type").value_or("application/json");
  if (const auto body = http::parse_body(type, request.body)) collect(*body);
  else unreadable_ = true;
  if (const auto query = http::parse_form_body(request.query, {})) collect(*query);
  else unreadable_ = true;
  collect_credentials(request.headers.joined("Authorization").value_or(""));
  collect_cookies(request.headers.joined("Cookie").value_or(""));
}

void Discretion::add(std::string_view value) {
  if (!value.empty()) sent_.emplace_back(value);
}

void Discretion::collect(const Json& value) {
  if (value.is_object())
    for (const auto& [name, member] : value.as_object()) collect(member);
  else if (value.is_array())
    for (const auto& item : value.as_array()) collect(item);
  else if (value.is_string()) add(value.as_string());
  else if (value.is_number()) add(to_text(value));
}

void Discretion::collect_credentials(std::string_view text) {
  bool scheme = text.find(' ') != text.npos;  // alone, the word may be the token
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    if (!std::exchange(scheme, false)) add(word);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
}

void Discretion::collect_cookies(std::string_view text) {
  while (!text.empty()) {
    const auto pair = text.substr(0, text.find(';'));
    const auto equals = pair.find('=');
    add(unquoted(equals == pair.npos ? pair : pair.substr(equals + 1)));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
  }
}

bool Discretion::allows(std::string_view text) const {
  if (unreadable_ || text.size() > longest_shown || text.find(token_start) != text.npos)
    return false;
  return std::none_of(sent_.begin(), sent_.end(),
                      [text](const std::string& value) { return text.find(value) != text.npos; });
}

std::string Discretion::quoted(std::string_view text) const {
  return allows(text) ? '"' + std::string(text) + '"' : "text";
}

std::string Discretion::plain(std::string_view text) const {
  return allows(text) ? std::string(text) : "…";
}

std::string Discretion::path(const http::Request& request) {
  std::string shown;
  std::string_view rest = request.path;
  while (true) {
    const auto slash = rest.find('/');
    shown += shown_segment(rest.substr(0, slash));
    if (slash == rest.npos) break;
    shown += '/';
    rest.remove_prefix(slash + 1);
  }
  return request.query.empty() ? shown : shown + "?…";
}

}  // namespace restjwt::cli::migrate
