#pragma once
// "{name}" in a text, and what stands in for it.

#include <map>
#include <string>
#include <string_view>

#include <restjwt/json.hpp>

namespace restjwt::cli::migrate {

/// What stands in for each name. The values have to outlive it.
using Placeholders = std::map<std::string, std::string_view>;

/// How a value is written in the place where it goes.
using Encode = std::string (*)(std::string_view);
std::string as_it_is(std::string_view value);
std::string inside_json(std::string_view value);  ///< of a JSON text's quotes
std::string inside_form(std::string_view value);  ///< of a name=value pair

/// Braces around an unknown name stay. What was put in is not looked at again.
std::string replaced(std::string_view text, const Placeholders& values, Encode encode);
/// The same in every text of the value, however deep.
Json replaced(const Json& value, const Placeholders& values);

}  // namespace restjwt::cli::migrate
