#pragma once
// Users in the table that a UserTable describes.

#include "storage/sqlite/pool.hpp"

#include <memory>

#include <restjwt/auth/user.hpp>
#include <restjwt/storage/user_table.hpp>

namespace restjwt::storage::sqlite {

/// Throws StoreError, as SqliteDatabase::users() says. `pools` must outlive the store.
std::unique_ptr<auth::UserStore> make_user_store(Pools& pools, const UserTable& wanted);

}  // namespace restjwt::storage::sqlite
