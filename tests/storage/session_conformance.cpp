#include "storage/session_conformance.hpp"

#include <algorithm>
#include <latch>
#include <limits>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>

namespace restjwt::storage {

using namespace std::chrono_literals;
using auth::Fingerprint;
using auth::Opening;
using auth::Revocation;
using auth::Session;
using auth::UserId;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

UserId DatabaseTest::add(std::string username, std::string password) {
  const auto added = users_.add({.username = std::move(username), .password = std::move(password)});
  EXPECT_TRUE(added.has_value()) << "the name is taken";
  return added.value_or(auth::User{}).id;
}

Session DatabaseTest::session(const UserId& user, std::string_view id, TimePoint created) const {
  return {.id = Fingerprint::of({id}),
          .user = user,
          .created = created,
          .last_seen = created,
          .client = {.address = "192.0.2.1", .user_agent = "curl/7.88.1"},
          .idle_limit = now_ + 1h};
}

std::vector<Fingerprint> DatabaseTest::listed_at(const UserId& user, TimePoint now) {
  std::vector<Fingerprint> ids;
  for (const auto& found : sessions_.list(user, now, 1000)) ids.push_back(found.id);
  return ids;
}

Revocation DatabaseTest::append(const Revocation& revocation) {
  const auto appended = revocations_.append({&revocation, 1});
  EXPECT_THAT(appended, SizeIs(1));
  return appended.at(0);
}

void run_together(const std::vector<std::function<void()>>& actions) {
  std::latch start(static_cast<std::ptrdiff_t>(actions.size()));
  std::vector<std::jthread> threads;
  for (const auto& action : actions)
    threads.emplace_back([&] {
      start.arrive_and_wait();
      action();
    });
}

namespace {

using Outcome = Opening::Outcome;

Fingerprint id(std::string_view text) { return Fingerprint::of({text}); }

TEST_P(SessionStoreTest, AnOpenedSessionIsListedWithEveryField) {
  const auto ada = add("ada");
  auto wanted = session(ada, "a", now_ - 10s);
  wanted.last_seen = now_ - 5s;
  wanted.absolute_limit = now_ + 24h;
  EXPECT_EQ(open(wanted, "!first"), Outcome::opened);
  const auto found = sessions_.list(ada, now_, 10);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].id, wanted.id);
  EXPECT_EQ(found[0].user, ada);
  EXPECT_EQ(found[0].created, wanted.created);
  EXPECT_EQ(found[0].last_seen, wanted.last_seen);
  EXPECT_EQ(found[0].client.address, wanted.client.address);
  EXPECT_EQ(found[0].client.user_agent, wanted.client.user_agent);
  EXPECT_EQ(found[0].idle_limit, wanted.idle_limit);
  EXPECT_EQ(found[0].absolute_limit, wanted.absolute_limit);
}

TEST_P(SessionStoreTest, ASessionMayHaveNoLimitAtAll) {
  const auto ada = add("ada");
  auto endless = session(ada, "a");
  endless.idle_limit.reset();
  open(endless);
  const auto found = sessions_.list(ada, now_ + 87600h, 10);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_FALSE(found[0].idle_limit);
  EXPECT_FALSE(found[0].absolute_limit);
}

TEST_P(SessionStoreTest, ASessionOfAnOldTokenKeepsItsFirstSecond) {
  const auto ada = add("ada");
  open(session(ada, "a", TimePoint(-1s)));
  EXPECT_EQ(sessions_.list(ada, now_, 1).at(0).created, TimePoint(-1s));
}

TEST_P(SessionStoreTest, WhatAClientCallsItselfIsKeptAsItIs) {
  const auto ada = add("ada");
  auto strange = session(ada, "a");
  strange.client.user_agent = "'; DROP TABLE restjwt_session; -- \xE7\x94\xA8 \\ \" %s";
  open(strange);
  EXPECT_EQ(sessions_.list(ada, now_, 1).at(0).client.user_agent, strange.client.user_agent);
}

TEST_P(SessionStoreTest, OpenIsRefusedWhenThePasswordIsAnotherOne) {
  const auto ada = add("ada", "!first");
  users_.set_password(ada, "!second");
  EXPECT_EQ(open(session(ada, "a", now_ + 1h), "!first"), Outcome::user_changed);
  EXPECT_EQ(open(session(ada, "b", now_ + 1h), "!second"), Outcome::opened);
  EXPECT_THAT(listed(ada), ElementsAre(id("b")));
}

TEST_P(SessionStoreTest, OpenWithoutAPasswordDoesNotAskForIt) {
  const auto ada = add("ada", "!first");
  EXPECT_EQ(open(session(ada, "a"), ""), Outcome::opened);
}

TEST_P(SessionStoreTest, OpenIsRefusedWhenTheUserIsDisabled) {
  const auto ada = add("ada");
  users_.set_active(ada, false);
  EXPECT_EQ(open(session(ada, "a", now_ + 1h)), Outcome::user_changed);
  users_.set_active(ada, true);
  EXPECT_EQ(open(session(ada, "a", now_ + 1h)), Outcome::opened);
}

TEST_P(SessionStoreTest, OpenIsRefusedWhenTheUserIsGone) {
  const auto ada = add("ada");
  users_.remove(ada);
  EXPECT_EQ(open(session(ada, "a", now_ + 1h)), Outcome::user_changed);
}

TEST_P(SessionStoreTest, OpenIsRefusedForAUserWhoNeverWas) {
  const auto ada = add("ada");
  EXPECT_EQ(open(session(UserId(ada.number() + 1), "a")), Outcome::user_changed);
  EXPECT_EQ(open(session(UserId("nobody"), "a")), Outcome::user_changed);
}

TEST_P(SessionStoreTest, OpenIsRefusedUpToTheSecondInWhichTheUsersSessionsEnded) {
  const auto ada = add("ada");
  append(Revocation::of_user(ada, now_, {}));
  for (const auto early : {now_ - 1s, now_}) {
    const auto opening = sessions_.open(session(ada, "a", early), "");
    EXPECT_EQ(opening.outcome, Outcome::too_early);
    EXPECT_EQ(opening.from, now_ + 1s);
  }
  EXPECT_THAT(listed(ada), IsEmpty());
  EXPECT_EQ(open(session(ada, "a", now_ + 1s)), Outcome::opened);
}

TEST_P(SessionStoreTest, TheLatestEndOfAUsersSessionsCounts) {
  const auto ada = add("ada");
  append(Revocation::of_user(ada, now_ + 5s, {}));
  append(Revocation::of_user(ada, now_, {}));
  EXPECT_EQ(sessions_.open(session(ada, "a"), "").from, now_ + 6s);
}

TEST_P(SessionStoreTest, TheEndOfEveryonesSessionsCountsToo) {
  const auto ada = add("ada");
  append(Revocation::of_everyone(now_, {}));
  EXPECT_EQ(sessions_.open(session(ada, "a"), "").from, now_ + 1s);
  EXPECT_EQ(open(session(ada, "a", now_ + 1s)), Outcome::opened);
}

TEST_P(SessionStoreTest, TheEndOfAnotherUsersSessionsDoesNotCount) {
  const auto ada = add("ada");
  append(Revocation::of_user(add("bob"), now_, {}));
  EXPECT_EQ(open(session(ada, "a")), Outcome::opened);
}

TEST_P(SessionStoreTest, ASessionThatHasEndedIsNotOpenedAgain) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  append(Revocation::of_session(id("a"), {}));
  const auto opening = sessions_.open(session(ada, "a"), "");
  EXPECT_EQ(opening.outcome, Outcome::too_early);
  EXPECT_EQ(opening.from, now_ + 1s);
  EXPECT_THAT(listed(ada), IsEmpty());
}

TEST_P(SessionStoreTest, ASessionThatEndedBeforeItWasKnownIsNotOpened) {
  append(Revocation::of_session(id("a"), {}));
  EXPECT_EQ(open(session(add("ada"), "a")), Outcome::too_early);
}

TEST_P(SessionStoreTest, TwoLoginsWithinOneSecondAreOneSession) {
  const auto ada = add("ada");
  EXPECT_EQ(open(session(ada, "a")), Outcome::opened);
  EXPECT_EQ(open(session(ada, "a")), Outcome::opened);
  EXPECT_THAT(listed(ada), ElementsAre(id("a")));
}

TEST_P(SessionStoreTest, ALiveSessionIsFoundByItsId) {
  const auto ada = add("ada");
  const auto wanted = session(ada, "a");
  open(wanted);
  const auto found = sessions_.find(wanted.id, now_ + 1h);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->user, ada);
  EXPECT_EQ(found->idle_limit, wanted.idle_limit);
  EXPECT_FALSE(sessions_.find(id("b"), now_));
  EXPECT_FALSE(sessions_.find(wanted.id, now_ + 1h + 1s));
  append(Revocation::of_session(wanted.id, {}));
  EXPECT_FALSE(sessions_.find(wanted.id, now_));
}

TEST_P(SessionStoreTest, ASessionThatEndedWithEveryonesIsNotFound) {
  open(session(add("ada"), "a"));
  append(Revocation::of_everyone(now_, {}));
  EXPECT_FALSE(sessions_.find(id("a"), now_));
}

TEST_P(SessionStoreTest, AUserWithoutSessionsHasAnEmptyList) {
  EXPECT_THAT(listed(add("ada")), IsEmpty());
  EXPECT_THAT(listed(UserId("nobody")), IsEmpty());
}

TEST_P(SessionStoreTest, ListsTheSessionsOfOneUserOnly) {
  const auto ada = add("ada");
  const auto bob = add("bob");
  open(session(ada, "a"));
  open(session(bob, "b"));
  EXPECT_THAT(listed(ada), ElementsAre(id("a")));
  EXPECT_THAT(listed(bob), ElementsAre(id("b")));
}

TEST_P(SessionStoreTest, ListsTheOneSeenLastFirst) {
  const auto ada = add("ada");
  open(session(ada, "middle", now_ - 20s));
  open(session(ada, "new", now_ - 10s));
  open(session(ada, "old", now_ - 30s));
  EXPECT_THAT(listed(ada), ElementsAre(id("new"), id("middle"), id("old")));
}

TEST_P(SessionStoreTest, ListsNoMoreThanItsLimit) {
  const auto ada = add("ada");
  open(session(ada, "old", now_ - 30s));
  open(session(ada, "new", now_ - 10s));
  EXPECT_THAT(sessions_.list(ada, now_, 0), IsEmpty());
  const auto first = sessions_.list(ada, now_, 1);
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].id, id("new"));
  EXPECT_THAT(sessions_.list(ada, now_, std::numeric_limits<std::size_t>::max()), SizeIs(2));
}

TEST_P(SessionStoreTest, ASessionIsListedUntilItsIdleLimit) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  EXPECT_THAT(listed_at(ada, now_ + 1h), ElementsAre(id("a")));
  EXPECT_THAT(listed_at(ada, now_ + 1h + 1s), IsEmpty());
}

TEST_P(SessionStoreTest, ARevokedSessionIsNotListed) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  open(session(ada, "b"));
  append(Revocation::of_session(id("a"), {}));
  EXPECT_THAT(listed(ada), ElementsAre(id("b")));
}

TEST_P(SessionStoreTest, ARevokedUserHasNoSessions) {
  const auto ada = add("ada");
  const auto bob = add("bob");
  open(session(ada, "a", now_ - 1s));
  open(session(ada, "b"));
  open(session(bob, "c"));
  append(Revocation::of_user(ada, now_, {}));
  EXPECT_THAT(listed(ada), IsEmpty());
  EXPECT_THAT(listed(bob), ElementsAre(id("c")));
}

TEST_P(SessionStoreTest, EveryonesSessionsEndUpToThatSecond) {
  const auto ada = add("ada");
  open(session(ada, "a", now_ - 1s));
  open(session(ada, "b"));
  open(session(add("bob"), "c", now_ - 1s));
  append(Revocation::of_everyone(now_ - 1s, {}));
  EXPECT_THAT(listed(ada), ElementsAre(id("b")));
}

TEST_P(SessionStoreTest, ARevokedTokenOrKeyEndsNoSession) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  append(Revocation::of_token(id("a"), {}));
  append(Revocation::of_key("2026", {}));
  EXPECT_THAT(listed(ada), ElementsAre(id("a")));
}

TEST_P(SessionStoreTest, AChangedUserHasNoSessions) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  users_.set_password(ada, "!second");
  EXPECT_THAT(listed(ada), IsEmpty());
}

TEST_P(SessionStoreTest, ABetterHashOfTheSamePasswordEndsNoSession) {
  const auto ada = add("ada", "!first");
  open(session(ada, "a"));
  ASSERT_TRUE(users_.replace_password(ada, "!first", "!better"));
  EXPECT_THAT(listed(ada), ElementsAre(id("a")));
  EXPECT_EQ(open(session(ada, "b"), "!better"), Outcome::opened);
}

TEST_P(SessionStoreTest, LastSeenAndIdleLimitMoveForward) {
  const auto ada = add("ada");
  auto seen = session(ada, "a");
  open(seen);
  seen.last_seen = now_ + 60s;
  seen.idle_limit = now_ + 2h;
  sessions_.note_seen({&seen, 1});
  const auto found = sessions_.list(ada, now_, 1).at(0);
  EXPECT_EQ(found.last_seen, now_ + 60s);
  EXPECT_EQ(found.idle_limit, now_ + 2h);
}

TEST_P(SessionStoreTest, LastSeenAndIdleLimitDoNotMoveBack) {
  const auto ada = add("ada");
  auto seen = session(ada, "a");
  open(seen);
  seen.last_seen = now_ - 60s;
  seen.idle_limit = now_ + 1s;
  sessions_.note_seen({&seen, 1});
  const auto found = sessions_.list(ada, now_, 1).at(0);
  EXPECT_EQ(found.last_seen, now_);
  EXPECT_EQ(found.idle_limit, now_ + 1h);
}

TEST_P(SessionStoreTest, NoIdleLimitIsTheFurthest) {
  const auto ada = add("ada");
  auto seen = session(ada, "a");
  open(seen);
  seen.idle_limit.reset();
  sessions_.note_seen({&seen, 1});
  EXPECT_FALSE(sessions_.list(ada, now_, 1).at(0).idle_limit);
  seen.idle_limit = now_ + 2h;
  sessions_.note_seen({&seen, 1});
  EXPECT_FALSE(sessions_.list(ada, now_, 1).at(0).idle_limit);
}

TEST_P(SessionStoreTest, ASessionThatWasSeenAndNotKnownIsNoted) {
  const auto ada = add("ada");
  const auto seen = session(ada, "a", now_ - 1h);
  sessions_.note_seen({&seen, 1});
  const auto found = sessions_.list(ada, now_, 10);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].created, now_ - 1h);
  EXPECT_EQ(found[0].client.address, seen.client.address);
}

TEST_P(SessionStoreTest, ManySessionsAreNotedAtOnce) {
  const auto ada = add("ada");
  std::vector<Session> seen;
  for (int i = 0; i < 300; ++i) seen.push_back(session(ada, std::to_string(i)));
  seen.push_back(seen.front());
  sessions_.note_seen(seen);
  EXPECT_THAT(listed(ada), SizeIs(300));
  sessions_.note_seen({});
}

TEST_P(SessionStoreTest, ASessionThatHasEndedIsNotRevivedByBeingSeen) {
  const auto ada = add("ada");
  const auto ended = session(ada, "a");
  open(ended);
  append(Revocation::of_session(ended.id, {}));
  sessions_.note_seen({&ended, 1});
  EXPECT_THAT(listed(ada), IsEmpty());
}

TEST_P(SessionStoreTest, AnUnknownSessionThatHasEndedIsNotRevivedByBeingSeen) {
  const auto ada = add("ada");
  append(Revocation::of_session(id("a"), {}));
  append(Revocation::of_user(ada, now_, {}));
  const std::vector seen{session(ada, "a", now_ + 1s), session(ada, "b"),
                         session(ada, "c", now_ + 1s)};
  sessions_.note_seen(seen);
  EXPECT_THAT(listed(ada), ElementsAre(id("c")));
}

TEST_P(SessionStoreTest, PurgeDeletesWhatHasEnded) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  EXPECT_EQ(sessions_.purge_sessions(now_ + 1h, 10), 0u);
  EXPECT_EQ(sessions_.purge_sessions(now_ + 1h + 1s, 10), 1u);
  EXPECT_EQ(sessions_.purge_sessions(now_ + 1h + 1s, 10), 0u);
  EXPECT_THAT(listed(ada), IsEmpty());
}

TEST_P(SessionStoreTest, PurgeDeletesNoMoreThanItsLimit) {
  const auto ada = add("ada");
  for (const auto* name : {"a", "b", "c"}) open(session(ada, name));
  EXPECT_EQ(sessions_.purge_sessions(now_ + 2h, 2), 2u);
  EXPECT_EQ(sessions_.purge_sessions(now_ + 2h, 2), 1u);
}

TEST_P(SessionStoreTest, PurgeLeavesASessionWithoutAnEnd) {
  const auto ada = add("ada");
  auto endless = session(ada, "a");
  endless.idle_limit.reset();
  open(endless);
  EXPECT_EQ(sessions_.purge_sessions(now_ + 87600h, 10), 0u);
}

TEST_P(SessionStoreTest, ASessionThatHasEndedIsNotRevivedAfterAPurge) {
  const auto ada = add("ada");
  const auto ended = session(ada, "a");
  open(ended);
  append(Revocation::of_session(ended.id, {}));
  sessions_.purge_sessions(now_ + 2h, 10);
  EXPECT_EQ(open(ended), Outcome::too_early);
  sessions_.note_seen({&ended, 1});
  EXPECT_THAT(listed(ada), IsEmpty());
}

// The password is checked before the session is opened. Whatever happens in between: a session that
// began with the old password is refused, or the change of the password ends it.
TEST_P(SessionStoreTest, NoSessionOutlivesThePasswordItWasOpenedWith) {
  for (int round = 0; round < 20; ++round) {
    const auto user = add("user" + std::to_string(round), "!old");
    std::mutex mutex;
    std::vector<Session> opened;
    std::vector<std::function<void()>> actions{[&] { users_.set_password(user, "!new"); }};
    for (int i = 0; i < 7; ++i)
      actions.emplace_back([&, i] {
        const auto ahead = std::chrono::seconds(i % 3);  // clocks of nodes differ
        for (int n = 0; n < 5; ++n) {
          const auto name =
              std::to_string(round) + "." + std::to_string(i) + "." + std::to_string(n);
          const auto login = session(user, name, now_ + ahead);
          if (open(login, "!old") != Outcome::opened) continue;
          const std::lock_guard lock(mutex);
          opened.push_back(login);
        }
      });
    run_together(actions);

    EXPECT_THAT(listed(user), IsEmpty());
    TimePoint ended{};
    for (const auto& revocation : log())
      if (revocation.user == user) ended = std::max(ended, revocation.not_before);
    for (const auto& login : opened) EXPECT_LE(login.created, ended);
  }
}

TEST_P(SessionStoreTest, NoSessionOutlivesALogoutOfItsUser) {
  const auto user = add("ada");
  std::mutex mutex;
  std::vector<TimePoint> opened;
  TimePoint ended{};
  std::vector<std::function<void()>> actions{
      [&] { ended = append(Revocation::of_user(user, now_, {})).not_before; }};
  for (int i = 0; i < 7; ++i)
    actions.emplace_back([&, i] {
      const auto login = session(user, std::to_string(i), now_ + std::chrono::seconds(i));
      if (open(login) != Outcome::opened) return;
      const std::lock_guard lock(mutex);
      opened.push_back(login.created);
    });
  run_together(actions);
  const auto living = std::ranges::count_if(opened, [&](auto created) { return created > ended; });
  EXPECT_THAT(listed(user), SizeIs(living));
}

}  // namespace
}  // namespace restjwt::storage
