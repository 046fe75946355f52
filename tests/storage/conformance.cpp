#include "storage/conformance.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <latch>
#include <limits>
#include <thread>

#include <gmock/gmock.h>

namespace restjwt::storage {

using auth::User;
using auth::UserId;
using testing::ElementsAre;
using testing::IsEmpty;

auth::User UserStoreTest::add(std::string username, std::string password) {
  const User wanted{.username = std::move(username),
                    .date_joined = "2026-01-02 03:04:05.000006",
                    .password = std::move(password)};
  const auto added = users_.add(wanted);
  EXPECT_TRUE(added.has_value()) << "the name is taken";
  return added.value_or(User{});
}

namespace {

// Hashes as Django made them (shared/reference/django_hashes.json).
const std::string pbkdf2_of_260000 =
    "pbkdf2_sha256$260000$aiadesijn05tbaZba2gRVN$PwwXieMbmDT5UH4ze+supzqZA1Yq+Njgd4nm9JAo/uY=";
const std::string another_pbkdf2_of_260000 =
    "pbkdf2_sha256$260000$evhGFTHsQgRnEGhBdRPigp$ts88No3n+RK+RQ+a3uwYMA7nxJB6OaoJC78asnK3W6c=";
const std::string argon2id =
    "argon2$argon2id$v=19$m=102400,t=2,p=8$MmpKNjRsNllWTGZDczlwY2FYUmYzcQ$dRsMvHnsK2M/vfcbPl0yhw";

std::string pbkdf2_with(const std::string& iterations) {
  auto encoded = pbkdf2_of_260000;
  return encoded.replace(encoded.find("260000"), 6, iterations);
}

std::vector<std::string> names(const std::vector<User>& users) {
  std::vector<std::string> result;
  for (const auto& user : users) result.push_back(user.username);
  return result;
}

/// Lets eight threads start `attempt` together and counts how many were told true.
int successes_of_eight(const std::function<bool()>& attempt) {
  constexpr int contenders = 8;
  std::latch start(contenders);
  std::atomic<int> successes = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < contenders; ++i)
      threads.emplace_back([&] {
        start.arrive_and_wait();
        if (attempt()) ++successes;
      });
  }
  return successes;
}

TEST_P(UserStoreTest, KeepsEveryFieldOfAUser) {
  User wanted{.username = "ada",
              .email = "ada@example.org",
              .first_name = "Ada",
              .last_name = "Lovelace",
              .is_active = false,
              .is_staff = true,
              .is_superuser = true,
              .date_joined = "2026-01-02 03:04:05.000006",
              .last_login = "2026-02-03 04:05:06",
              .password = pbkdf2_of_260000};
  const auto id = users_.add(wanted).value().id;
  if (GetParam().forget) GetParam().forget(wanted);
  const auto found = users_.find_by_id(id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, id);
  EXPECT_EQ(found->username, wanted.username);
  EXPECT_EQ(found->email, wanted.email);
  EXPECT_EQ(found->first_name, wanted.first_name);
  EXPECT_EQ(found->last_name, wanted.last_name);
  EXPECT_FALSE(found->is_active);
  EXPECT_EQ(found->is_staff, wanted.is_staff);
  EXPECT_EQ(found->is_superuser, wanted.is_superuser);
  EXPECT_EQ(found->date_joined, wanted.date_joined);
  EXPECT_EQ(found->last_login, wanted.last_login);
  EXPECT_EQ(found->password, wanted.password);
  EXPECT_TRUE(found->secret_key.empty());
  EXPECT_EQ(found->profile_id, Json());
}

TEST_P(UserStoreTest, AddReturnsTheUserAsHeIsFound) {
  const auto added = add("ada", argon2id);
  const auto found = users_.find_by_username("ada").value();
  EXPECT_EQ(added.id, found.id);
  EXPECT_EQ(added.email, found.email);
  EXPECT_EQ(added.date_joined, found.date_joined);
  EXPECT_EQ(added.password, argon2id);
}

TEST_P(UserStoreTest, AUserWhoNeverLoggedInHasNoLastLogin) {
  add("ada");
  EXPECT_EQ(users_.find_by_username("ada")->last_login, "");
}

TEST_P(NumberedUserStoreTest, AddGivesTheFirstUserTheIdOne) { EXPECT_EQ(add("ada").id, UserId(1)); }

TEST_P(NumberedUserStoreTest, AddDoesNotLookAtTheIdItIsGiven) {
  const auto added = users_.add({.id = UserId(77), .username = "ada", .date_joined = "2026-01-02"});
  EXPECT_EQ(added->id, UserId(1));
}

TEST_P(UserStoreTest, AddRefusesATakenNameAndLeavesItsUserAlone) {
  add("ada", pbkdf2_of_260000);
  EXPECT_FALSE(users_.add({.username = "ada", .password = argon2id}));
  EXPECT_EQ(users_.find_by_username("ada")->password, pbkdf2_of_260000);
}

TEST_P(NumberedUserStoreTest, TheIdOfARemovedUserIsNotGivenAgain) {
  add("ada");
  const auto removed = add("bob").id;
  users_.remove(removed);
  EXPECT_GT(add("cleo").id, removed);
}

TEST_P(UserStoreTest, FindsNobodyByAnUnknownId) {
  add("ada");
  EXPECT_FALSE(users_.find_by_id(UserId(2)));
  EXPECT_FALSE(users_.find_by_id(UserId(std::numeric_limits<std::int64_t>::max())));
  EXPECT_FALSE(users_.find_by_id(UserId(std::numeric_limits<std::int64_t>::min())));
}

TEST_P(NumberedUserStoreTest, FindsNobodyByTextWhereIdsAreNumbers) {
  add("ada");
  EXPECT_FALSE(users_.find_by_id(UserId("1")));
}

TEST_P(UserStoreTest, FindsNobodyByAnUnknownName) {
  add("ada");
  EXPECT_FALSE(users_.find_by_username("ad"));
  EXPECT_FALSE(users_.find_by_username("ada "));
  EXPECT_FALSE(users_.find_by_username(""));
}

TEST_P(UserStoreTest, NamesThatDifferInCaseOnlyAreTwoUsers) {
  const auto lower = add("ada").id;
  const auto upper = add("Ada").id;
  EXPECT_EQ(users_.find_by_username("ada")->id, lower);
  EXPECT_EQ(users_.find_by_username("Ada")->id, upper);
  EXPECT_FALSE(users_.find_by_username("ADA"));
}

TEST_P(UserStoreTest, NamesThatDifferInNormalisationOnlyAreTwoUsers) {
  const auto composed = add("jos\u00e9").id;
  const auto decomposed = add("jose\u0301").id;
  EXPECT_EQ(users_.find_by_username("jos\u00e9")->id, composed);
  EXPECT_EQ(users_.find_by_username("jose\u0301")->id, decomposed);
}

TEST_P(UserStoreTest, FindsUnusualNamesExactly) {
  using namespace std::string_literals;
  std::vector<std::string> unusual{"",
                                   "a'b\"c`d",
                                   "'; DROP TABLE auth_user; --",
                                   "%",
                                   "_",
                                   "?1",
                                   "12",
                                   "0x0C",
                                   "\xF0\x9F\x94\x91 key",
                                   "\xE7\x94\xA8\xE6\x88\xB7",
                                   "line\r\nbreak"};
  if (GetParam().any_name)
    unusual.insert(unusual.end(), {"ada\0bob"s, "ada\0"s, "\0"s, std::string(100'000, 'x')});
  for (const auto& name : unusual) add(name);
  for (const auto& name : unusual) {
    const auto found = users_.find_by_username(name);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->username, name);
  }
  EXPECT_FALSE(users_.find_by_username("ada"));
  EXPECT_FALSE(users_.find_by_username(std::string(99'999, 'x')));
}

TEST_P(UserStoreTest, AnEmptyStoreListsNobody) { EXPECT_THAT(users_.list({}, 10), IsEmpty()); }

TEST_P(NumberedUserStoreTest, ListsInTheOrderTheyCame) {
  for (const auto* name : {"cleo", "ada", "bob"}) add(name);
  EXPECT_THAT(names(users_.list({}, 10)), ElementsAre("cleo", "ada", "bob"));
}

TEST_P(UserStoreTest, ListPagesInTheOrderOfIdsWithoutGapOrRepetition) {
  std::vector<UserId> expected;
  for (const auto* name : {"a", "b", "c", "d", "e"}) expected.push_back(add(name).id);
  std::ranges::sort(expected);

  std::vector<UserId> listed;
  std::vector<std::size_t> sizes;
  std::optional<UserId> after;
  do {
    const auto page = users_.list(after, 2);
    for (const auto& user : page) listed.push_back(user.id);
    sizes.push_back(page.size());
    after = listed.back();
  } while (sizes.back() > 0 && sizes.size() < 10);
  EXPECT_EQ(listed, expected);
  EXPECT_THAT(sizes, ElementsAre(2, 2, 1, 0));
}

TEST_P(NumberedUserStoreTest, ListGoesOnAfterAUserWhoIsGone) {
  for (const auto* name : {"a", "b", "c"}) add(name);
  users_.remove(UserId(2));
  EXPECT_THAT(names(users_.list(UserId(2), 10)), ElementsAre("c"));
}

TEST_P(UserStoreTest, ListTakesTheSmallestAndTheLargestLimit) {
  add("ada");
  EXPECT_THAT(users_.list({}, 0), IsEmpty());
  EXPECT_THAT(names(users_.list({}, std::numeric_limits<std::size_t>::max())), ElementsAre("ada"));
}

TEST_P(NumberedUserStoreTest, ListsNobodyAfterATextId) {
  add("ada");
  EXPECT_THAT(users_.list(UserId("1"), 10), IsEmpty());
}

TEST_P(UserStoreTest, SetPasswordChangesOneUserOnly) {
  const auto ada = add("ada").id;
  const auto bob = add("bob").id;
  EXPECT_TRUE(users_.set_password(ada, argon2id));
  EXPECT_EQ(users_.find_by_id(ada)->password, argon2id);
  EXPECT_EQ(users_.find_by_id(bob)->password, "!");
}

TEST_P(UserStoreTest, ReplacePasswordWritesWhileTheOldOneStands) {
  const auto ada = add("ada", pbkdf2_of_260000).id;
  EXPECT_TRUE(users_.replace_password(ada, pbkdf2_of_260000, argon2id));
  EXPECT_EQ(users_.find_by_id(ada)->password, argon2id);
}

TEST_P(UserStoreTest, ReplacePasswordDoesNotUndoAChangeMadeMeanwhile) {
  const auto ada = add("ada", pbkdf2_of_260000).id;
  users_.set_password(ada, "!locked");
  EXPECT_FALSE(users_.replace_password(ada, pbkdf2_of_260000, argon2id));
  EXPECT_EQ(users_.find_by_id(ada)->password, "!locked");
}

TEST_P(UserStoreTest, SetActiveSwitchesOffAndOn) {
  const auto ada = add("ada").id;
  EXPECT_TRUE(users_.set_active(ada, false));
  EXPECT_FALSE(users_.find_by_id(ada)->is_active);
  EXPECT_TRUE(users_.set_active(ada, true));
  EXPECT_TRUE(users_.find_by_id(ada)->is_active);
}

TEST_P(UserStoreTest, SetActiveIsTrueForAUserWhoIsActiveAlready) {
  EXPECT_TRUE(users_.set_active(add("ada").id, true));
}

TEST_P(UserStoreTest, RemoveTakesTheUserAndFreesTheName) {
  const auto ada = add("ada").id;
  EXPECT_TRUE(users_.remove(ada));
  EXPECT_FALSE(users_.find_by_id(ada));
  EXPECT_FALSE(users_.find_by_username("ada"));
  add("ada");
}

TEST_P(UserStoreTest, NothingIsChangedForAUserWhoIsNotThere) {
  add("ada");
  for (const auto& id : {UserId(2), UserId("1"), UserId("")}) {
    EXPECT_FALSE(users_.set_password(id, argon2id));
    EXPECT_FALSE(users_.replace_password(id, "!", argon2id));
    EXPECT_FALSE(users_.set_active(id, false));
    EXPECT_FALSE(users_.remove(id));
  }
  EXPECT_EQ(users_.find_by_username("ada")->password, "!");
}

TEST_P(UserStoreTest, AnEmptyStoreHasNoCommonestPassword) {
  EXPECT_EQ(users_.commonest_password(), "");
}

TEST_P(UserStoreTest, UnusablePasswordsAreNotTheCommonest) {
  for (const auto* name : {"a", "b", "c"}) add(name, "!");
  EXPECT_EQ(users_.commonest_password(), "");
  add("d", argon2id);
  EXPECT_EQ(users_.commonest_password(), argon2id);
}

TEST_P(UserStoreTest, TheCommonestPasswordCountsAlgorithmAndCostNotTheText) {
  add("a", argon2id);
  add("b", pbkdf2_of_260000);
  add("c", another_pbkdf2_of_260000);
  EXPECT_THAT(users_.commonest_password(),
              testing::AnyOf(pbkdf2_of_260000, another_pbkdf2_of_260000));
}

TEST_P(UserStoreTest, WithoutPbkdf2TheHighestCountIsZero) {
  EXPECT_EQ(users_.highest_pbkdf2_iterations(), 0u);
  add("a", argon2id);
  EXPECT_EQ(users_.highest_pbkdf2_iterations(), 0u);
}

TEST_P(UserStoreTest, TheHighestPbkdf2CountIsTheHighestOfAllUsers) {
  add("a", pbkdf2_with("36000"));
  add("b", pbkdf2_with("600000"));
  add("c", pbkdf2_of_260000);
  EXPECT_EQ(users_.highest_pbkdf2_iterations(), 600'000u);
}

TEST_P(UserStoreTest, TheHighestPbkdf2CountIsOneThatCanBeChecked) {
  add("a", pbkdf2_with("10000000"));
  add("absurd", pbkdf2_with("10000001"));
  add("wraps", pbkdf2_with("4294967296"));
  add("damaged", "pbkdf2_sha256$9999999$salt");
  add("locked", "!" + pbkdf2_with("9999999"));
  add("other", "pbkdf2_sha1$9999999$salt$2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
  EXPECT_EQ(users_.highest_pbkdf2_iterations(), 10'000'000u);
}

TEST_P(UserStoreTest, TheChangeCounterStandsStillWhileNobodyWrites) {
  add("ada");
  const auto before = users_.change_counter();
  users_.list({}, 10);
  users_.find_by_username("ada");
  users_.ping();
  EXPECT_EQ(users_.change_counter(), before);
}

TEST_P(UserStoreTest, TheChangeCounterMovesWithEveryChange) {
  auto last = users_.change_counter();
  const auto moved = [&] {
    const auto before = last;
    last = users_.change_counter();
    return last != before;
  };
  const auto ada = add("ada").id;
  EXPECT_TRUE(moved());
  users_.set_password(ada, argon2id);
  EXPECT_TRUE(moved());
  users_.replace_password(ada, argon2id, pbkdf2_of_260000);
  EXPECT_TRUE(moved());
  users_.set_active(ada, false);
  EXPECT_TRUE(moved());
  users_.remove(ada);
  EXPECT_TRUE(moved());
}

TEST_P(UserStoreTest, OfManyWhoAddTheSameNameExactlyOneSucceeds) {
  EXPECT_EQ(successes_of_eight([&] { return users_.add({.username = "ada"}).has_value(); }), 1);
  EXPECT_THAT(names(users_.list({}, 10)), ElementsAre("ada"));
}

TEST_P(UserStoreTest, OfManyWhoReplaceTheSamePasswordExactlyOneSucceeds) {
  const auto ada = add("ada", pbkdf2_of_260000).id;
  EXPECT_EQ(
      successes_of_eight([&] { return users_.replace_password(ada, pbkdf2_of_260000, argon2id); }),
      1);
}

TEST_P(UserStoreTest, OfManyWhoRemoveTheSameUserExactlyOneSucceeds) {
  const auto ada = add("ada").id;
  EXPECT_EQ(successes_of_eight([&] { return users_.remove(ada); }), 1);
}

TEST_P(UserStoreTest, ReadersSeeWholeUsersWhileOthersWrite) {
  const auto ada = add("ada", "first").id;
  std::atomic<bool> writing = true;
  std::atomic<int> torn = 0;
  {
    std::jthread writer([&] {
      for (int i = 0; i < 100; ++i) users_.set_password(ada, i % 2 ? "first" : "second");
      writing = false;
    });
    std::vector<std::jthread> readers;
    for (int i = 0; i < 6; ++i)
      readers.emplace_back([&] {
        while (writing) {
          const auto seen = users_.find_by_id(ada).value_or(User{}).password;
          if (seen != "first" && seen != "second") ++torn;
        }
      });
  }
  EXPECT_EQ(torn, 0);
}

}  // namespace
}  // namespace restjwt::storage
