#include <restjwt/http/parsers.hpp>

#include <algorithm>
#include <charconv>
#include <map>

#include "http/charset.hpp"

namespace restjwt::http {
namespace {

/// "…: line 1 column 5 (char 4)", counted in characters as Python does.
std::string describe(const JsonError& error, std::string_view text) {
  const auto before = text.substr(0, error.offset);
  const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto characters = [](std::string_view part) {
    return std::ranges::count_if(part, [](char c) { return (c & 0xC0) != 0x80; });
  };
  return error.code.message() + ": line " + std::to_string(std::ranges::count(before, '\n') + 1) +
         " column " + std::to_string(characters(before.substr(line_start)) + 1) + " (char " +
         std::to_string(characters(before)) + ")";
}

// Boost.URL refuses a malformed escape; a form's stays as it is written.
std::string percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      decoded += static_cast<char>(byte);
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

}  // namespace

Result<Json, BodyError> parse_json_body(std::string_view charset, std::string_view body,
                                        const BodyLimits& limits) {
  const auto refuse = [](std::string detail) {
    return BodyError{BodyError::Kind::json, std::move(detail)};
  };
  const auto text = decode_text(charset, body);
  if (!text) return refuse("the body is not in the character set that Content-Type names");
  auto value = parse_json(*text, {.max_depth = limits.max_depth, .last_duplicate_wins = true});
  if (!value) return refuse(describe(value.error(), *text));
  if (value->is_object() && value->as_object().size() > limits.max_fields)
    return refuse("more than " + std::to_string(limits.max_fields) + " members");
  return *std::move(value);
}

Result<Json, BodyError> parse_form_body(std::string_view body, const BodyLimits& limits) {
  const std::string_view separators = limits.semicolon_separates ? "&;" : "&";
  std::map<std::string, Json> fields;
  std::size_t count = 0;
  for (std::string_view rest = body; !rest.empty();) {
    const auto end = std::min(rest.find_first_of(separators), rest.size());
    const auto field = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (field.empty()) continue;
    if (++count > limits.max_form_fields)
      return BodyError{
          BodyError::Kind::form,
          "The form has more than " + std::to_string(limits.max_form_fields) + " fields."};
    const auto equals = std::min(field.find('='), field.size());
    const auto value = field.substr(std::min(equals + 1, field.size()));
    fields.insert_or_assign(lossy_utf8(percent_decode(field.substr(0, equals))),
                            lossy_utf8(percent_decode(value)));
  }
  return Json(Json::Object(fields.begin(), fields.end()));
}

Result<Json, BodyError> parse_body(std::string_view content_type, std::string_view body,
                                   const BodyLimits& limits) {
  if (body.empty()) return Json::object();
  const MediaType media = parse_media_type(content_type);
  if (media.type == "application/json")
    return parse_json_body(media.parameter("charset"), body, limits);
  if (media.type == "application/x-www-form-urlencoded") return parse_form_body(body, limits);
  if (media.type == "multipart/form-data")
    return parse_multipart_body(media.parameter("boundary"), body, limits);
  return BodyError{BodyError::Kind::unsupported_media_type, {}};
}

}  // namespace restjwt::http
