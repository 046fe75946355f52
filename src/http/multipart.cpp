#include <algorithm>
#include <map>
#include <optional>

#include <restjwt/http/message.hpp>
#include <restjwt/http/parsers.hpp>

#include "http/charset.hpp"

namespace restjwt::http {
namespace {

// RFC 2046 §5.1.1
bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= 70 && text.back() != ' ' &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

/// A line that parts two parts: where it begins and ends, without the CRLF behind it.
struct Delimiter {
  std::size_t begin, end;
  bool last;
};

/// `mark` is CRLF, two hyphens and the boundary. A mark that more text follows on its line is
/// content.
std::optional<Delimiter> find_delimiter(std::string_view text, std::string_view mark) {
  for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at + 1)) {
    const auto rest = text.substr(at + mark.size());
    const auto padding = std::min(rest.find_first_not_of(" \t"), rest.size());
    const bool last = rest.starts_with("--") || padding == rest.size();
    if (last || rest.substr(padding).starts_with("\r\n"))
      return Delimiter{at, at + mark.size() + padding, last};
  }
  return std::nullopt;
}

/// The value of Content-Disposition in CRLF-separated header lines; "" where there is none.
std::string_view content_disposition(std::string_view head) {
  while (!head.empty()) {
    const auto end = std::min(head.find("\r\n"), head.size());
    const auto line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const auto colon = line.find(':');
    if (colon != line.npos && same_name(line.substr(0, colon), "Content-Disposition"))
      return line.substr(colon + 1);
  }
  return {};
}

struct Field {
  std::string name, value;
};

/// Nothing for an uploaded file and for what is no field at all.
std::optional<Field> read_part(std::string_view part) {
  const auto head_end = part.find("\r\n\r\n");
  if (head_end == part.npos) return std::nullopt;
  // Written like the parameters of a media type (RFC 7578 §4.2).
  const auto disposition = parse_media_type(content_disposition(part.substr(0, head_end)));
  std::string name = disposition.parameter("name");
  const bool is_file =
      !disposition.parameter("filename").empty() || !disposition.parameter("filename*").empty();
  if (name.empty() || is_file) return std::nullopt;
  return Field{lossy_utf8(std::move(name)), lossy_utf8(std::string(part.substr(head_end + 4)))};
}

}  // namespace

Result<Json, BodyError> parse_multipart_body(std::string_view boundary, std::string_view body,
                                             const BodyLimits& limits) {
  const auto refuse = [](std::string detail) {
    return BodyError{BodyError::Kind::multipart, std::move(detail)};
  };
  if (boundary.empty()) return refuse("Invalid boundary in multipart: None");
  if (!is_boundary(boundary)) return refuse("Invalid boundary in multipart");

  const std::string mark = "\r\n--" + std::string(boundary);
  const std::string text =
      "\r\n" + std::string(body);  // the first delimiter has no CRLF of its own
  std::map<std::string, Json> fields;
  std::string_view rest = text;
  auto delimiter = find_delimiter(rest, mark);
  for (std::size_t parts = 0; delimiter && !delimiter->last;) {
    if (++parts > limits.max_fields)
      return refuse("more than " + std::to_string(limits.max_fields) + " parts");
    rest.remove_prefix(delimiter->end);
    delimiter = find_delimiter(rest, mark);
    auto field = read_part(rest.substr(0, delimiter ? delimiter->begin : rest.npos));
    if (field) fields.insert_or_assign(std::move(field->name), std::move(field->value));
  }
  return Json(Json::Object(fields.begin(), fields.end()));
}

}  // namespace restjwt::http
