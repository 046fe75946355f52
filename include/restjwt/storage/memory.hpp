#pragma once
// Users in process memory: for tests and examples. Gone with the process.

#include <memory>

#include <restjwt/auth/user.hpp>

namespace restjwt::storage {

std::unique_ptr<auth::UserStore> open_memory();

}  // namespace restjwt::storage
