#pragma once
// A small JSON value (RFC 8259). No third-party type appears here; the parser behind it is strict:
// UTF-8 only, no NaN or Infinity, no comments, no trailing commas, bounded depth, and duplicate
// member names refused unless asked otherwise.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <restjwt/result.hpp>

namespace restjwt {

class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  /// Members in the order they were written. Names are unique after parse().
  using Object = std::vector<Member>;

  Json() noexcept = default;  // null
  Json(std::nullptr_t) noexcept {}
  Json(bool value) noexcept : value_(value) {}
  Json(std::int64_t value) noexcept : value_(value) {}
  Json(int value) noexcept : value_(std::int64_t{value}) {}
  Json(double value) noexcept : value_(value) {}
  Json(std::string value) noexcept : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(Array value) noexcept : value_(std::move(value)) {}
  Json(Object value) noexcept : value_(std::move(value)) {}

  static Json object(std::initializer_list<Member> members = {}) { return Json(Object(members)); }
  static Json array(std::initializer_list<Json> items = {}) { return Json(Array(items)); }

  bool is_null() const noexcept { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const noexcept { return std::holds_alternative<bool>(value_); }
  bool is_int() const noexcept { return std::holds_alternative<std::int64_t>(value_); }
  bool is_double() const noexcept { return std::holds_alternative<double>(value_); }
  /// true and false are not numbers here.
  bool is_number() const noexcept { return is_int() || is_double(); }
  bool is_string() const noexcept { return std::holds_alternative<std::string>(value_); }
  bool is_array() const noexcept { return std::holds_alternative<Array>(value_); }
  bool is_object() const noexcept { return std::holds_alternative<Object>(value_); }

  /// Each throws std::bad_variant_access when the value is of another kind.
  bool as_bool() const { return std::get<bool>(value_); }
  std::int64_t as_int() const { return std::get<std::int64_t>(value_); }
  /// An integer is converted; above 2^53 that rounds.
  double as_double() const;
  const std::string& as_string() const { return std::get<std::string>(value_); }
  const Array& as_array() const { return std::get<Array>(value_); }
  Array& as_array() { return std::get<Array>(value_); }
  const Object& as_object() const { return std::get<Object>(value_); }
  Object& as_object() { return std::get<Object>(value_); }

  /// The member of that name; null pointer where there is none or this is no object.
  const Json* find(std::string_view name) const noexcept;
  /// Sets the member: replaces it where it stands, or appends it. Turns null into an object.
  void set(std::string_view name, Json value);
  /// Takes the member out; false where there was none.
  bool erase(std::string_view name);

  /// Equal kind and value; objects without regard to order; 1 and 1.0 differ.
  friend bool operator==(const Json& a, const Json& b);

 private:
  // std::monostate is JSON's null. Integers that do not fit std::int64_t are parsed as double.
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

enum class JsonErrc {
  syntax = 1,        ///< not JSON (RFC 8259 §2), or something after it
  invalid_utf8,      ///< bytes that are not UTF-8, or a lone surrogate
  too_deep,          ///< nested deeper than JsonLimits::max_depth
  duplicate_member,  ///< one object has two members of the same name (RFC 8259 §4)
  number_range,      ///< a number whose magnitude no double holds, such as 1e400
};
std::error_code make_error_code(JsonErrc) noexcept;

/// What went wrong and at which byte, counted from 0 (just behind a number out of range; at the "}"
/// of an object with two equal names).
struct JsonError {
  std::error_code code;
  std::size_t offset = 0;
};

struct JsonLimits {
  /// Arrays and objects inside each other; default as in the hardening list (RFC 8725 §3.7).
  std::size_t max_depth = 32;
  /// A request body keeps the last of two equal names, as Python's parser does. Never for a token.
  bool last_duplicate_wins = false;
};

Result<Json, JsonError> parse_json(std::string_view text, const JsonLimits& limits = {});

enum class JsonStyle {
  compact,  ///< {"a":1,"b":[2]}; UTF-8 as it is
  spaced,   ///< {"a": 1, "b": [2]}; everything outside ASCII as \uXXXX (Python's default)
  ascii,    ///< compact, everything outside ASCII as \uXXXX
};
/// Always JSON: bytes that are not UTF-8 are written as U+FFFD, NaN and Infinity as null.
std::string to_text(const Json& value, JsonStyle style = JsonStyle::compact);
/// Each item on a line of its own, `indent` blanks (0 to 8) per level, otherwise as `style`.
std::string to_text_indented(const Json& value, JsonStyle style, unsigned indent);

}  // namespace restjwt

template <>
struct std::is_error_code_enum<restjwt::JsonErrc> : std::true_type {};
