#include "cli/migrate/shadow_cookie.hpp"

#include <algorithm>
#include <utility>

namespace restjwt::cli::migrate {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::pair<std::string_view, std::string_view> name_and_value(std::string_view pair) {
  const auto equals = std::min(pair.find('='), pair.size());
  return {trimmed(pair.substr(0, equals)), trimmed(pair.substr(std::min(equals + 1, pair.size())))};
}

std::pair<std::string, Cookie> read_cookie(std::string_view text) {
  const auto first = text.substr(0, text.find(';'));
  const auto [name, value] = name_and_value(first);
  Cookie cookie{.value = std::string(value)};
  text.remove_prefix(std::min(first.size() + 1, text.size()));
  while (!text.empty()) {
    const auto part = text.substr(0, text.find(';'));
    const auto [attribute, setting] = name_and_value(part);
    const auto key = lower(attribute);
    if (!key.empty()) cookie.attributes[key] = key == "expires" ? "" : lower(setting);
    text.remove_prefix(std::min(part.size() + 1, text.size()));
  }
  return {std::string(name), std::move(cookie)};
}

}  // namespace

std::map<std::string, Cookie> cookies_of(const http::Headers& headers) {
  std::map<std::string, Cookie> cookies;
  for (std::size_t i = 0; i < headers.size(); ++i)
    if (http::same_name(headers[i].name, "Set-Cookie")) {
      auto [name, cookie] = read_cookie(headers[i].value);
      cookies.insert_or_assign(std::move(name), std::move(cookie));
    }
  return cookies;
}

}  // namespace restjwt::cli::migrate
