#pragma once
// Text that is no HMAC secret.

#include <system_error>

#include <restjwt/secret.hpp>

namespace restjwt::jose {

/// empty, or wrong_type: text that others may know, a public key in one of its usual forms.
std::error_code check_secret(const Secret& secret);

}  // namespace restjwt::jose
