#pragma once
// What the commands about users share.

#include <string>

#include "command.hpp"

namespace restjwt::cli {

/// Asks for a new password twice, or takes it from standard input (--password-stdin), and hashes
/// it. Throws Refused for one that could never log in.
std::string encoded_new_password(const Arguments& arguments, const server::Config& config,
                                 const OpenUsers& users);

/// Everything but the hash.
Json to_json(const auth::User& user);

}  // namespace restjwt::cli
