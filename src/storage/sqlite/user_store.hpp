#pragma once
// Users in Django's table auth_user.

#include "storage/sqlite/pool.hpp"

#include <memory>

#include <restjwt/auth/user.hpp>

namespace restjwt::storage::sqlite {

/// `pools` must outlive the store.
std::unique_ptr<auth::UserStore> make_user_store(Pools& pools);

}  // namespace restjwt::storage::sqlite
