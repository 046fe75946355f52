#pragma once
// Users in memory, before the store: authenticating a token need not read the database.

#include <cstddef>
#include <memory>
#include <string_view>

#include <restjwt/auth/user.hpp>
#include <restjwt/result.hpp>

namespace restjwt::auth {

/// How far an answer may reach. On a thread that serves requests only memory is near enough.
enum class Reach {
  memory,  ///< never blocks; AuthErrc::needs_store when memory does not know
  store,   ///< may wait for the store
};

/// A bounded cache of users by id and by name. An entry counts until forget() or forget_all();
/// whoever owns the directory calls them when UserStore::change_counter() moves. Unknown ids are
/// not remembered. Safe from many threads at once. `users` must outlive it.
class UserDirectory {
 public:
  /// `capacity`: users kept; past it those not asked for lately make room. About 500 bytes each.
  explicit UserDirectory(UserStore& users, std::size_t capacity = 100'000);
  ~UserDirectory();
  UserDirectory(const UserDirectory&) = delete;
  UserDirectory& operator=(const UserDirectory&) = delete;

  /// The user; AuthErrc::user_not_found, or AuthErrc::needs_store. Throws StoreError. The User in
  /// it has no password hash: what need not be in memory is not.
  Result<UserPtr> find(const UserId& id, Reach reach);
  /// The same by name, exactly.
  Result<UserPtr> find_by_username(std::string_view username, Reach reach);

  void forget(const UserId& id);
  /// O(1): entries of before are not believed any more. A read that was under way when this is
  /// called does not bring an old entry back.
  void forget_all();

  std::size_t size() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace restjwt::auth
