#pragma once
// Users, sessions and revocations in process memory: for tests and examples. Gone with the process.

#include <memory>

#include <restjwt/auth/audit.hpp>
#include <restjwt/auth/revocation.hpp>
#include <restjwt/auth/session.hpp>
#include <restjwt/auth/user.hpp>
#include <restjwt/clock.hpp>

namespace restjwt::storage {

/// Safe from many threads at once. The stores may outlive it.
class MemoryDatabase {
 public:
  /// `clock`: when users are changed.
  explicit MemoryDatabase(Clock clock = system_clock());
  ~MemoryDatabase();
  MemoryDatabase(const MemoryDatabase&) = delete;
  MemoryDatabase& operator=(const MemoryDatabase&) = delete;

  std::unique_ptr<auth::UserStore> users();
  std::unique_ptr<auth::SessionStore> sessions();
  std::unique_ptr<auth::RevocationLog> revocations();
  std::unique_ptr<auth::AuditLog> audit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Users alone.
std::unique_ptr<auth::UserStore> open_memory();

}  // namespace restjwt::storage
