#include "http/serializers.hpp"

namespace restjwt::http {
namespace {

std::string_view python_type(const Json& value) {
  if (value.is_bool()) return "bool";
  if (value.is_int()) return "int";
  if (value.is_double()) return "float";
  if (value.is_string()) return "str";
  return "list";
}

// What Python's str() makes of it. Lists and objects come out as JSON: nothing can be told from the
// answer, which is that of a wrong password or a malformed token either way.
std::string to_python_text(const Json& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_bool()) return value.as_bool() ? "True" : "False";
  return to_text(value);
}

}  // namespace

Json non_field_error(std::string_view sentence) {
  return Json::object({{"non_field_errors", Json::array({sentence})}});
}

Result<std::vector<std::string>, Json> read_fields(const Json& data,
                                                   const std::vector<std::string_view>& names,
                                                   const Messages& table) {
  if (data.is_null()) return non_field_error(table.no_data);
  if (!data.is_object())
    return non_field_error(fill(table.not_an_object, "type", python_type(data)));

  std::vector<std::string> values;
  Json errors;
  for (const auto name : names) {
    const Json* field = data.find(name);
    std::string_view error;
    if (!field) error = table.required;
    else if (field->is_null()) error = table.null;
    else if (field->is_string() && field->as_string().empty()) error = table.blank;

    if (!error.empty()) errors.set(name, Json::array({error}));
    else values.push_back(to_python_text(*field));
  }
  if (!errors.is_null()) return errors;
  return values;
}

}  // namespace restjwt::http
