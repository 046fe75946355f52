#pragma once
// One value of JWT_AUTH as restjwt.toml writes it.

#include <string>
#include <string_view>

#include <restjwt/auth/settings.hpp>
#include <restjwt/json.hpp>
#include <restjwt/result.hpp>

namespace restjwt::cli::migrate {

/// What a setting may hold.
enum class Kind { flag, text, word, duration, algorithms, audience };

/// The value, or the reason why there is none. null stays null: the default.
Result<Json, std::string> toml_setting(Kind kind, const Json& django);

/// The value that restjwt runs with, in the same form; null where there is none, such as no
/// audience.
Json effective_value(const auth::Settings& settings, std::string_view setting);

}  // namespace restjwt::cli::migrate
