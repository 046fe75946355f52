#include <restjwt/auth/directory.hpp>

#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <restjwt/auth/error.hpp>

#include "support/recording_store.hpp"

namespace restjwt::auth {
namespace {

User user_named(std::int64_t id, std::string username) {
  return {.id = id, .username = std::move(username), .password = "pbkdf2_sha256$1$a$hash"};
}

class Directory : public testing::Test {
 protected:
  Directory() { store.put(user_named(7, "ada")); }

  std::string name_of(const UserId& id) { return (*directory.find(id, Reach::store))->username; }

  test::RecordingStore store;
  UserDirectory directory{store, 3};
};

TEST_F(Directory, AsksTheStoreOnceForAUser) {
  EXPECT_EQ(name_of(7), "ada");
  EXPECT_EQ(name_of(7), "ada");
  EXPECT_EQ(store.reads, 1);
}

TEST_F(Directory, NeverAsksTheStoreWithinReachOfMemory) {
  const auto unknown = directory.find(7, Reach::memory);
  EXPECT_EQ(unknown.error(), AuthErrc::needs_store);
  EXPECT_EQ(store.reads, 0);
}

TEST_F(Directory, AnswersFromMemoryOnceItKnows) {
  name_of(7);
  EXPECT_EQ((*directory.find(7, Reach::memory))->username, "ada");
}

TEST_F(Directory, HandsOutTheSameUserWithoutCopying) {
  name_of(7);
  EXPECT_EQ(*directory.find(7, Reach::memory), *directory.find(7, Reach::memory));
}

TEST_F(Directory, FindsAUserWhoseIdIsText) {
  store.put({.id = UserId("8d3f"), .username = "eve"});
  EXPECT_EQ(name_of(UserId("8d3f")), "eve");
  EXPECT_EQ(name_of(UserId("8d3f")), "eve");
  EXPECT_EQ(store.reads, 1);
}

TEST_F(Directory, FindsByNameWhomItKnowsByIdAndTheOtherWayRound) {
  EXPECT_EQ(directory.find_by_username("ada", Reach::memory).error(), AuthErrc::needs_store);
  name_of(7);
  EXPECT_EQ((*directory.find_by_username("ada", Reach::memory))->id, UserId(7));
  directory.forget(7);
  EXPECT_EQ(directory.find_by_username("ada", Reach::memory).error(), AuthErrc::needs_store);
  EXPECT_EQ((*directory.find_by_username("ada", Reach::store))->id, UserId(7));
  EXPECT_EQ((*directory.find(7, Reach::memory))->username, "ada");
  EXPECT_EQ(directory.find_by_username("Ada", Reach::store).error(), AuthErrc::user_not_found);
}

TEST_F(Directory, ANameThatPassedOnFindsItsNewOwner) {
  name_of(7);
  store.put(user_named(7, "ada-before"));
  store.put(user_named(8, "ada"));
  directory.forget_all();
  EXPECT_EQ((*directory.find_by_username("ada", Reach::store))->id, UserId(8));
  EXPECT_EQ(name_of(7), "ada-before");  // drops what it had under the old name
  EXPECT_EQ((*directory.find_by_username("ada", Reach::memory))->id, UserId(8));
}

TEST_F(Directory, KeepsNoPasswordHash) {
  EXPECT_EQ((*directory.find(7, Reach::store))->password, "");
  EXPECT_EQ((*directory.find(7, Reach::memory))->password, "");
}

TEST_F(Directory, SaysThatAUserDoesNotExist) {
  EXPECT_EQ(directory.find(8, Reach::store).error(), AuthErrc::user_not_found);
}

TEST_F(Directory, DoesNotRememberThatAUserDidNotExist) {
  EXPECT_FALSE(directory.find(8, Reach::store));
  store.put(user_named(8, "bob"));
  EXPECT_EQ(name_of(8), "bob");
}

TEST_F(Directory, AsksAgainAfterForgettingTheUser) {
  name_of(7);
  store.put(user_named(7, "renamed"));
  EXPECT_EQ(name_of(7), "ada");
  directory.forget(7);
  EXPECT_EQ(directory.find(7, Reach::memory).error(), AuthErrc::needs_store);
  EXPECT_EQ(name_of(7), "renamed");
}

TEST_F(Directory, ForgettingOneUserKeepsTheOthers) {
  store.put(user_named(8, "bob"));
  name_of(7);
  name_of(8);
  directory.forget(7);
  EXPECT_TRUE(directory.find(8, Reach::memory));
}

TEST_F(Directory, AsksAgainAfterForgettingAll) {
  name_of(7);
  store.put(user_named(7, "renamed"));
  directory.forget_all();
  EXPECT_EQ(directory.size(), 0U);
  EXPECT_EQ(directory.find(7, Reach::memory).error(), AuthErrc::needs_store);
  EXPECT_EQ(name_of(7), "renamed");
  EXPECT_EQ(directory.size(), 1U);
}

TEST_F(Directory, ADeletedUserIsGoneOnceForgotten) {
  name_of(7);
  store.remove(7);
  directory.forget_all();
  EXPECT_EQ(directory.find(7, Reach::store).error(), AuthErrc::user_not_found);
}

TEST_F(Directory, AReadUnderWayDuringForgetAllIsNotRemembered) {
  store.after_read = [this] {
    store.put(user_named(7, "renamed"));
    directory.forget_all();
  };
  EXPECT_EQ(name_of(7), "ada");
  store.after_read = nullptr;
  EXPECT_EQ(directory.find(7, Reach::memory).error(), AuthErrc::needs_store);
  EXPECT_EQ(name_of(7), "renamed");
}

TEST_F(Directory, AReadUnderWayDuringForgetIsNotRemembered) {
  store.after_read = [this] {
    store.put(user_named(7, "renamed"));
    directory.forget(7);
  };
  EXPECT_EQ(name_of(7), "ada");
  store.after_read = nullptr;
  EXPECT_EQ(name_of(7), "renamed");
}

TEST_F(Directory, HoldsNoMoreThanItsCapacity) {
  for (std::int64_t id = 1; id <= 20; ++id) {
    store.put(user_named(id, "user"));
    name_of(id);
  }
  EXPECT_EQ(directory.size(), 3U);
}

TEST_F(Directory, KeepsWhoWasAskedForLately) {
  name_of(7);
  for (std::int64_t id = 100; id < 120; ++id) {
    store.put(user_named(id, "passing by"));
    name_of(7);
    name_of(id);
  }
  EXPECT_TRUE(directory.find(7, Reach::memory));
}

TEST_F(Directory, AForgottenUserMakesRoom) {
  for (std::int64_t id = 1; id <= 3; ++id) store.put(user_named(id, "user")), name_of(id);
  directory.forget(2);
  EXPECT_EQ(directory.size(), 2U);
  name_of(7);
  EXPECT_EQ(directory.size(), 3U);
}

TEST_F(Directory, WithoutCapacityAsksTheStoreEveryTime) {
  UserDirectory nothing(store, 0);
  EXPECT_TRUE(nothing.find(7, Reach::store));
  EXPECT_TRUE(nothing.find(7, Reach::store));
  EXPECT_EQ(store.reads, 2);
}

TEST_F(Directory, AStoreThatFailsIsNotHidden) {
  store.after_read = [] { throw StoreError("locked"); };
  EXPECT_THROW(directory.find(7, Reach::store), StoreError);
}

// Whoever changes a user and then forgets him may rely on it: nobody who asks later sees the old
// one, however the threads interleave.
TEST_F(Directory, NeverGoesBackToWhatWasForgotten) {
  constexpr int last_version = 2000;
  std::atomic<int> announced = 0;
  store.put(user_named(7, "0"));
  std::thread writer([&] {
    for (int version = 1; version <= last_version; ++version) {
      store.put(user_named(7, std::to_string(version)));
      version % 2 == 0 ? directory.forget_all() : directory.forget(7);
      announced = version;
    }
  });
  std::atomic<int> went_back = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (announced < last_version) {
        const int at_least = announced;
        const auto user = directory.find(7, Reach::store);
        if (std::stoi((*user)->username) < at_least) ++went_back;
      }
    });
  }
  writer.join();
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(went_back, 0);
}

}  // namespace
}  // namespace restjwt::auth
