#pragma once
// Fields of a body → typed input, or field errors worded as the original words them.

#include <string>
#include <string_view>
#include <vector>

#include <restjwt/http/messages.hpp>
#include <restjwt/json.hpp>
#include <restjwt/result.hpp>

namespace restjwt::http {

/// The named fields as text, in that order; otherwise the error body for a 400.
Result<std::vector<std::string>, Json> read_fields(const Json& data,
                                                   const std::vector<std::string_view>& names,
                                                   const Messages& table);

/// {"non_field_errors": [sentence]}
Json non_field_error(std::string_view sentence);

}  // namespace restjwt::http
