#include <algorithm>
#include <utility>

#include <restjwt/http/message.hpp>
#include <restjwt/http/parsers.hpp>

#include "http/trim.hpp"

namespace restjwt::http {
namespace {

// RFC 9110 §5.6.2
bool is_token(std::string_view text) {
  const auto is_token_char = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

/// Takes the quoted string that `rest` begins with off it (RFC 9110 §5.6.4).
std::string take_quoted(std::string_view& rest) {
  std::string value;
  std::size_t i = 1;
  for (; i < rest.size() && rest[i] != '"'; ++i) {
    if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
    value += rest[i];
  }
  rest.remove_prefix(std::min(i + 1, rest.size()));
  return value;
}

/// Takes `name=value;` off `rest`.
std::pair<std::string_view, std::string> take_parameter(std::string_view& rest) {
  const auto name_end = std::min(rest.find_first_of("=;"), rest.size());
  const auto name = trim(rest.substr(0, name_end));
  std::string value;
  rest.remove_prefix(name_end);
  if (rest.starts_with('=')) {
    rest.remove_prefix(1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    value = rest.starts_with('"') ? take_quoted(rest)
                                  : std::string(trim(rest.substr(0, rest.find(';'))));
  }
  const auto end = rest.find(';');
  rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
  return {name, std::move(value)};
}

}  // namespace

std::string MediaType::parameter(std::string_view name) const {
  std::string_view rest = parameters;
  while (!rest.empty()) {
    auto [key, value] = take_parameter(rest);
    if (same_name(key, name)) return std::move(value);
  }
  return {};
}

MediaType parse_media_type(std::string_view text) {
  const auto semicolon = std::min(text.find(';'), text.size());
  const auto type = trim(text.substr(0, semicolon));
  MediaType media;
  if (semicolon < text.size()) media.parameters = text.substr(semicolon + 1);

  const auto slash = std::min(type.find('/'), type.size());
  if (slash == type.size() || !is_token(type.substr(0, slash)) || !is_token(type.substr(slash + 1)))
    return media;
  for (const char c : type)
    media.type += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return media;
}

}  // namespace restjwt::http
