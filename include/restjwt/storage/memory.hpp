#pragma once
// Users, sessions, revocations and counts of failed logins in process memory: for tests and
// examples. Gone with the process.

#include <memory>

#include <restjwt/auth/audit.hpp>
#include <restjwt/auth/revocation.hpp>
#include <restjwt/auth/session.hpp>
#include <restjwt/auth/throttle.hpp>
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
  std::unique_ptr<auth::ThrottleStore> throttle();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Users alone.
std::unique_ptr<auth::UserStore> open_memory();
/// Counts of failed logins alone.
std::unique_ptr<auth::ThrottleStore> open_memory_throttle();

}  // namespace restjwt::storage
