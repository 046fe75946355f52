#include "http/negotiation.hpp"

#include <algorithm>
#include <charconv>

#include <restjwt/http/parsers.hpp>

#include "http/trim.hpp"

namespace restjwt::http {
namespace {

/// Takes the text before the next separator off the front.
std::string_view next(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const auto item = rest.substr(0, end);
  rest = end == rest.npos ? std::string_view{} : rest.substr(end + 1);
  return item;
}

std::optional<std::string_view> query_value(std::string_view query, std::string_view name) {
  std::optional<std::string_view> value;  // of two equal names the last wins
  while (!query.empty()) {
    std::string_view field = next(query, '&');
    if (next(field, '=') == name) value = field;
  }
  return value;
}

bool has_parameters(const MediaType& media) {
  return !media.parameters.empty() && media.parameter("q").empty();
}

/// How exactly a range of the Accept header means JSON; 0: not at all.
int precision(const MediaType& media) {
  if (media.type == "*/*") return 1;
  if (media.type == "application/*") return 2;
  if (media.type != "application/json") return 0;
  return has_parameters(media) ? 4 : 3;
}

std::optional<unsigned> indent_of(const MediaType& media) {
  const std::string text = media.parameter("indent");
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return static_cast<unsigned>(std::clamp(value, 0, 8));
}

}  // namespace

Negotiated negotiate(const Request& request) {
  Negotiated result;
  if (!request.query.empty()) {
    const auto format = query_value(request.query, "format");
    if (format && !format->empty() && *format != "json") return {Refusal::unknown_format};
  }
  const auto accept = request.headers.joined("Accept");
  if (!accept) return result;

  int best = 0;
  std::string_view rest = *accept;
  while (!rest.empty()) {
    const std::string_view text = trim(next(rest, ','));
    const MediaType media = parse_media_type(text);
    const int fit = precision(media);
    if (fit <= best) continue;
    best = fit;
    if (fit < 4) continue;
    result.indent = indent_of(media);
    result.content_type = "application/json; " + std::string(trim(media.parameters));
  }
  if (best == 0) result.refusal = Refusal::not_acceptable;
  return result;
}

}  // namespace restjwt::http
