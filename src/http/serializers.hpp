#pragma once
// Fields of a body → typed input, or field errors worded as the original words them.

#include <string>
#include <string_view>
#include <vector>

#include <restjwt/http/messages.hpp>
#include <restjwt/json.hpp>
#include <restjwt/result.hpp>

namespace restjwt::http {

/// The named fields as text, in that order; otherwise the error body for a 400. From profile 1.11.0
/// on white space around a value is cut, as Django REST framework 3 does, but for passwords: a
/// password is what its owner typed.
Result<std::vector<std::string>, Json> read_fields(const Json& data,
                                                   const std::vector<std::string_view>& names,
                                                   const Messages& table);

/// The object's member of that name, for serializers that want no text.
Result<const Json*, Json> read_field(const Json& data, std::string_view name,
                                     const Messages& table);

/// As Python names the type of the value.
std::string_view python_type(const Json& value);

/// {"non_field_errors": [sentence]}
Json non_field_error(std::string_view sentence);

}  // namespace restjwt::http
