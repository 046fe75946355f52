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

/// Whether something beside the weight is asked for.
bool has_parameters(const MediaType& media) {
  std::string_view rest = media.parameters;
  while (!rest.empty()) {
    const std::string_view parameter = trim(next(rest, ';'));
    if (!parameter.empty() && !parameter.starts_with("q=")) return true;
  }
  return false;
}

/// ?format=…, read as a form is.
bool wants_other_format(const Request& request, bool browsable) {
  if (request.query.find("format") == std::string::npos &&
      request.query.find('%') == std::string::npos)
    return false;
  const auto fields = parse_form_body(request.query, {});
  const Json* format = fields ? fields->find("format") : nullptr;
  if (!format || format->as_string().empty() || format->as_string() == "json") return false;
  return !(browsable && format->as_string() == "api");
}

/// How exactly a range of the Accept header means JSON; 0: not at all.
int precision(const MediaType& media, bool browsable) {
  if (media.type == "*/*") return 1;
  if (browsable && (media.type == "text/html" || media.type == "text/*")) return 1;
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

Negotiated negotiate(const Request& request, bool browsable) {
  Negotiated result;
  if (wants_other_format(request, browsable)) return {Refusal::unknown_format};
  const auto accept = request.headers.joined("Accept");
  if (!accept) return result;

  int best = 0;
  std::string_view rest = *accept;
  while (!rest.empty()) {
    const std::string_view text = trim(next(rest, ','));
    const MediaType media = parse_media_type(text);
    const int fit = precision(media, browsable);
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
