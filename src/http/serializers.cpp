#include "http/serializers.hpp"

#include <algorithm>

#include <restjwt/unicode.hpp>

namespace restjwt::http {
namespace {

// What Python's str() makes of it. Lists and objects come out as JSON: nothing can be told from the
// answer, which is that of a wrong password or a malformed token either way.
std::string to_python_text(const Json& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_bool()) return value.as_bool() ? "True" : "False";
  return to_text(value);
}

/// Python's str.isspace().
bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

/// Python's str.strip().
std::string_view strip(std::string_view text) {
  std::size_t begin = text.size(), end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = first_code_point(text.substr(at));
    if (!is_space(next.value)) {
      begin = std::min(begin, at);
      end = at + next.size;
    }
    at += next.size;
  }
  return begin < end ? text.substr(begin, end - begin) : std::string_view();
}

/// A text field of Django REST framework 3 (CharField).
std::string_view refusal(const Json& field, std::string_view name, const Messages& table) {
  if (!field.is_string() && !field.is_number()) return table.not_a_string;
  if (!field.is_string()) return {};
  const std::string& text = field.as_string();
  if (name != "password" && strip(text).empty()) return table.blank;
  return text.find('\0') == text.npos ? std::string_view() : table.null_characters;
}

/// Why the object itself cannot be read; null when it can.
Json object_refusal(const Json& data, const Messages& table) {
  if (data.is_null()) return non_field_error(table.no_data);
  if (!data.is_object())
    return non_field_error(fill(table.not_an_object, "type", python_type(data)));
  return {};
}

}  // namespace

std::string_view python_type(const Json& value) {
  if (value.is_bool()) return "bool";
  if (value.is_int()) return "int";
  if (value.is_double()) return "float";
  if (value.is_string()) return "str";
  return value.is_array() ? "list" : "dict";
}

Json non_field_error(std::string_view sentence) {
  return Json::object({{"non_field_errors", Json::array({sentence})}});
}

Result<std::vector<std::string>, Json> read_fields(const Json& data,
                                                   const std::vector<std::string_view>& names,
                                                   const Messages& table) {
  if (auto refused = object_refusal(data, table); !refused.is_null()) return refused;
  const bool strict = table.profile != auth::Profile::v1_0_1;
  std::vector<std::string> values;
  Json errors;
  for (const auto name : names) {
    const Json* field = data.find(name);
    std::string_view error;
    if (!field) error = table.required;
    else if (field->is_null()) error = table.null;
    else if (field->is_string() && field->as_string().empty()) error = table.blank;
    else if (strict) error = refusal(*field, name, table);

    if (!error.empty()) {
      errors.set(name, Json::array({error}));
      continue;
    }
    auto text = to_python_text(*field);
    values.push_back(strict && name != "password" ? std::string(strip(text)) : std::move(text));
  }
  if (!errors.is_null()) return errors;
  return values;
}

Result<const Json*, Json> read_field(const Json& data, std::string_view name,
                                     const Messages& table) {
  if (auto refused = object_refusal(data, table); !refused.is_null()) return refused;
  const Json* field = data.find(name);
  const auto refuse = [&](std::string_view sentence) {
    return Json::object({{std::string(name), Json::array({sentence})}});
  };
  if (!field) return refuse(table.required);
  if (field->is_null() || *field == Json("")) return refuse(table.null);
  return field;
}

}  // namespace restjwt::http
