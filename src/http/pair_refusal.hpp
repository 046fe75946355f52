#pragma once
// simplejwt's refusals: what each error is called, and its code.

#include <string>
#include <string_view>
#include <system_error>

#include <restjwt/json.hpp>

namespace restjwt::http {

/// What is wrong with a token, as one of its classes says it.
std::string_view pair_sentence(std::error_code why) noexcept;

/// {"detail": …, "code": …}. An expired refresh token tells in "limit" which one it has met:
/// "idle" or "absolute".
Json pair_refusal(std::error_code why);

}  // namespace restjwt::http
