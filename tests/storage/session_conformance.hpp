#pragma once
// What every database with sessions promises. The facts stand in session_conformance.cpp and
// revocation_conformance.cpp; a database's own test file instantiates them.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <restjwt/auth/audit.hpp>
#include <restjwt/auth/revocation.hpp>
#include <restjwt/auth/session.hpp>
#include <restjwt/auth/throttle.hpp>
#include <restjwt/auth/user.hpp>

namespace restjwt::storage {

/// The stores of one database, and what they need to live.
struct OpenDatabase {
  std::shared_ptr<void> home;
  std::unique_ptr<auth::UserStore> users;
  std::unique_ptr<auth::SessionStore> sessions;
  std::unique_ptr<auth::RevocationLog> revocations;
  std::unique_ptr<auth::AuditLog> audit;
  std::unique_ptr<auth::ThrottleStore> throttle;
};

/// Of any database that holds all of them: `home` owns it.
template <class Home, class Database>
OpenDatabase all_stores(std::shared_ptr<Home> home, Database& database) {
  return {home,
          database.users(),
          database.sessions(),
          database.revocations(),
          database.audit(),
          database.throttle()};
}

struct DatabaseUnderTest {
  const char* name;
  OpenDatabase (*open)();
  friend void PrintTo(const DatabaseUnderTest& database, std::ostream* out) {
    *out << database.name;
  }
};

class DatabaseTest : public testing::TestWithParam<DatabaseUnderTest> {
 protected:
  auth::UserId add(std::string username, std::string password = "!first");
  /// A session that lives an hour from now, begun at `created`; its id is that of the text.
  auth::Session session(const auth::UserId& user, std::string_view id, TimePoint created) const;
  auth::Session session(const auth::UserId& user, std::string_view id) const {
    return session(user, id, now_);
  }
  auth::Opening::Outcome open(const auth::Session& session, std::string_view password = "") {
    return sessions_.open(session, password).outcome;
  }
  /// The user's living sessions, the one seen last first.
  std::vector<auth::Fingerprint> listed(const auth::UserId& user) { return listed_at(user, now_); }
  std::vector<auth::Fingerprint> listed_at(const auth::UserId& user, TimePoint now);
  auth::Revocation append(const auth::Revocation& revocation);
  /// All there are.
  std::vector<auth::Revocation> log() { return revocations_.read(0, 100'000); }

  const TimePoint now_ = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  OpenDatabase opened_ = GetParam().open();
  auth::UserStore& users_ = *opened_.users;
  auth::SessionStore& sessions_ = *opened_.sessions;
  auth::RevocationLog& revocations_ = *opened_.revocations;
  auth::AuditLog& audit_ = *opened_.audit;
};

class SessionStoreTest : public DatabaseTest {};

/// Lets all begin together, each on a thread of its own.
void run_together(const std::vector<std::function<void()>>& actions);

}  // namespace restjwt::storage
