#pragma once
// What every UserStore promises. The facts stand in conformance.cpp; a store's own test file
// instantiates them.

#include <memory>
#include <ostream>
#include <string>

#include <gtest/gtest.h>
#include <restjwt/auth/user.hpp>

namespace restjwt::storage {

/// A store, and what it needs to live.
struct OpenStore {
  std::shared_ptr<void> home;
  std::unique_ptr<auth::UserStore> users;
};

struct StoreUnderTest {
  const char* name;
  OpenStore (*open)();
  /// What of a user the store keeps; everything where there is none.
  void (*forget)(auth::User&) = nullptr;
  /// Names may be of any length and any bytes; otherwise up to 150 characters without a NUL.
  bool any_name = true;
  friend void PrintTo(const StoreUnderTest& store, std::ostream* out) { *out << store.name; }
};

class UserStoreTest : public testing::TestWithParam<StoreUnderTest> {
 protected:
  /// Adds a user of that name; the test fails when the name is taken.
  auth::User add(std::string username, std::string password = "!");

  OpenStore opened_ = GetParam().open();
  auth::UserStore& users_ = *opened_.users;
};

/// Stores whose ids are numbers that the store counts up.
class NumberedUserStoreTest : public UserStoreTest {};

}  // namespace restjwt::storage
