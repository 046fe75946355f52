#pragma once
// Request bodies (JSON, form, multipart) into one JSON value, as DRF's parsers do.

#include <cstddef>
#include <string>
#include <string_view>

#include <restjwt/json.hpp>
#include <restjwt/result.hpp>

namespace restjwt::http {

struct BodyLimits {
  std::size_t max_depth = 32;     ///< JSON arrays and objects inside each other
  std::size_t max_fields = 4096;  ///< members of the JSON value, multipart parts
  std::size_t max_form_fields = 4096;
  /// Not a limit, but it travels with them: ";" parts form fields too, as in profile 1.0.1.
  bool semicolon_separates = false;
};

struct BodyError {
  enum class Kind {
    unsupported_media_type,  ///< 415
    json,                    ///< 400 "JSON parse error - …"
    form,                    ///< 400: more fields than the limit
    multipart,               ///< 400 "Multipart form parse error - …"
  };
  Kind kind;
  /// What a client may read, without the words above. Never holds the body's bytes.
  std::string detail;
};

/// A form or multipart body becomes an object of strings (of two equal names the last wins;
/// uploaded files are left out); JSON becomes whatever it is. An empty body is an empty object,
/// whatever its type. The type is matched without case; of its parameters only charset (utf-8,
/// utf-16, utf-32, iso-8859-1, us-ascii; an unknown one means utf-8; JSON only) and boundary count.
/// Bytes of a form that are not UTF-8 become U+FFFD. "&" separates form fields; one without "=" has
/// the value "".
Result<Json, BodyError> parse_body(std::string_view content_type, std::string_view body,
                                   const BodyLimits& limits = {});

Result<Json, BodyError> parse_json_body(std::string_view charset, std::string_view body,
                                        const BodyLimits& limits);
Result<Json, BodyError> parse_form_body(std::string_view body, const BodyLimits& limits);
/// RFC 7578; a body that is cut off is read as far as it goes, as Django does.
Result<Json, BodyError> parse_multipart_body(std::string_view boundary, std::string_view body,
                                             const BodyLimits& limits);

/// A media type such as `text/html; q=0.8`: type and subtype in lower case and one parameter.
struct MediaType {
  std::string type;  ///< "application/json"; empty when it is not of the form a/b
  std::string parameters;
  /// Value of a parameter, unquoted; empty where there is none.
  std::string parameter(std::string_view name) const;
};
MediaType parse_media_type(std::string_view text);

}  // namespace restjwt::http
