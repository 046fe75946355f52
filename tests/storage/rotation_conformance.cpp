// Refresh tokens that work once, on every database: the rule itself, and that it holds when many
// ask at the same time.

#include <atomic>
#include <map>
#include <mutex>

#include <gmock/gmock.h>
#include <restjwt/auth/rotation.hpp>

#include "storage/session_conformance.hpp"

namespace restjwt::storage {
namespace {

using namespace std::chrono_literals;
using auth::Fingerprint;
using auth::Redeemed;
using auth::Redemption;
using auth::Revocation;
using auth::Session;
using auth::UserId;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using enum Redeemed::Outcome;

Fingerprint token(std::string_view id) { return Fingerprint::of({id}); }

class Chain {
 public:
  Chain(auth::SessionStore& sessions, Session session, TimePoint now)
      : sessions_(sessions), session_(std::move(session)), now_(now) {}

  Redemption presenting(std::string_view one, std::string_view child) const {
    return {.session = session_,
            .token = token(one),
            .issued = now_,
            .child = auth::ChildToken{std::string(child), now_},
            .child_token = token(child),
            .reuse_interval = 10s,
            .until = now_ + 1h,
            .now = now_};
  }
  Redeemed redeem(const Redemption& presented) const {
    return sessions_.redeem(presented, {.name = "refresh_token_reused",
                                        .at = presented.now,
                                        .session = session_.id,
                                        .client = {"203.0.113.9", "thief"}});
  }
  Redeemed redeem(std::string_view one, std::string_view child,
                  std::chrono::seconds later = 0s) const {
    auto presented = presenting(one, child);
    presented.now += later;
    return redeem(presented);
  }

 private:
  auth::SessionStore& sessions_;
  const Session session_;
  const TimePoint now_;
};

std::string child_of(const Redeemed& redeemed) {
  return redeemed.child ? redeemed.child->id : "none";
}

TEST_P(SessionStoreTest, ARefreshTokenIsExchangedForItsChildAndThatForTheNext) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  const Chain chain(sessions_, session(ada, "a"), now_);
  const auto first = chain.redeem("one", "two");
  EXPECT_EQ(first.outcome, accepted);
  EXPECT_EQ(child_of(first), "two");
  EXPECT_EQ(child_of(chain.redeem("two", "three", 100s)), "three");
  EXPECT_EQ(child_of(chain.redeem("three", "four", 200s)), "four");
  EXPECT_THAT(listed(ada), SizeIs(1));
}

TEST_P(SessionStoreTest, ARetryWithinTheIntervalGivesTheSameChild) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  const Chain chain(sessions_, session(ada, "a"), now_);
  chain.redeem("one", "two");
  for (const auto later : {0s, 3s, 10s}) {
    const auto again = chain.redeem("one", "other", later);
    EXPECT_EQ(again.outcome, repeated);
    EXPECT_EQ(child_of(again), "two");
    ASSERT_TRUE(again.child);
    EXPECT_EQ(again.child->issued, now_);
  }
  EXPECT_EQ(chain.redeem("two", "three").outcome, accepted);
}

TEST_P(SessionStoreTest, ARetryAfterTheIntervalEndsTheSessionAndTellsOfBothClients) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  open(session(ada, "b"));
  const Chain chain(sessions_, session(ada, "a"), now_);
  chain.redeem("one", "two");
  const auto reuse = chain.redeem("one", "other", 11s);
  EXPECT_EQ(reuse.outcome, reused);
  EXPECT_FALSE(reuse.child);
  ASSERT_TRUE(reuse.revocation);
  EXPECT_EQ(reuse.revocation->kind, Revocation::Kind::session);
  EXPECT_EQ(reuse.revocation->id, Fingerprint::of({"a"}));
  EXPECT_THAT(log(), ElementsAre(*reuse.revocation));
  EXPECT_THAT(listed(ada), ElementsAre(Fingerprint::of({"b"})));

  const auto lines = audit_.read_audit(0, 10);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0].text, HasSubstr(R"("event":"refresh_token_reused")"));
  EXPECT_THAT(lines[0].text, HasSubstr(R"("address":"203.0.113.9","user_agent":"thief")"));
  EXPECT_THAT(lines[0].text,
              HasSubstr(R"("first_address":"192.0.2.1","first_user_agent":"curl/7.88.1")"));

  // Nothing of that session is good any more, and nobody is told twice.
  for (const auto* one : {"one", "two", "other"})
    EXPECT_EQ(chain.redeem(one, "x", 12s).outcome, ended);
  EXPECT_THAT(log(), SizeIs(1));
  EXPECT_THAT(audit_.read_audit(0, 10), SizeIs(1));
}

TEST_P(SessionStoreTest, OnlyTheHeadsOwnParentMayBeRetried) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  const Chain chain(sessions_, session(ada, "a"), now_);
  chain.redeem("one", "two");
  chain.redeem("two", "three");
  EXPECT_EQ(chain.redeem("one", "x").outcome, reused);
}

TEST_P(SessionStoreTest, WithoutAnIntervalNoRetryIsTaken) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  const Chain chain(sessions_, session(ada, "a"), now_);
  auto presented = chain.presenting("one", "two");
  presented.reuse_interval = 0s;
  EXPECT_EQ(chain.redeem(presented).outcome, accepted);
  EXPECT_EQ(chain.redeem(presented).outcome, reused);
}

TEST_P(SessionStoreTest, ATokenThatIsNotRotatedStaysTheHead) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  const Chain chain(sessions_, session(ada, "a"), now_);
  auto unrotated = chain.presenting("one", "");
  unrotated.child.reset();
  for (int i = 0; i < 3; ++i) {
    const auto redeemed = chain.redeem(unrotated);
    EXPECT_EQ(redeemed.outcome, accepted);
    EXPECT_FALSE(redeemed.child);
  }
  // What was rotated before is not good again because rotation is switched off.
  chain.redeem("one", "two");
  EXPECT_EQ(child_of(chain.redeem(unrotated)), "two");
  unrotated.now += 11s;
  EXPECT_EQ(chain.redeem(unrotated).outcome, reused);
}

TEST_P(SessionStoreTest, NothingIsExchangedInASessionThatHasEnded) {
  const auto ada = add("ada");
  for (const auto* id : {"a", "b", "c"}) open(session(ada, id, now_ - 10s));
  append(Revocation::of_session(Fingerprint::of({"a"}), now_ + 1h));
  EXPECT_EQ(Chain(sessions_, session(ada, "a"), now_).redeem("one", "two").outcome, ended);
  append(Revocation::of_user(ada, now_ - 5s, now_ + 1h));
  EXPECT_EQ(Chain(sessions_, session(ada, "b"), now_).redeem("one", "two").outcome, ended);
  open(session(ada, "d"));
  revocations_.begin_anew(now_);
  EXPECT_EQ(Chain(sessions_, session(ada, "d"), now_).redeem("one", "two").outcome, ended);
}

TEST_P(SessionStoreTest, WhatEndedEveryoneStaysWhileASessionMayAskForIt) {
  const auto ada = add("ada");
  auto old = session(ada, "a", now_ - 10s);
  old.idle_limit = now_ + 48h;
  open(old);
  revocations_.note_token_life(60s, now_);
  revocations_.begin_anew(now_);
  while (revocations_.purge_revocations(now_ + 24h, 100) > 0) {
  }
  EXPECT_EQ(Chain(sessions_, old, now_).redeem("one", "two", 24h).outcome, ended);
  sessions_.purge_sessions(now_ + 49h, 100);
  EXPECT_THAT(listed_at(ada, now_), IsEmpty());
  revocations_.purge_revocations(now_ + 49h, 100);
  EXPECT_THAT(log(), IsEmpty());
}

TEST_P(SessionStoreTest, ASessionThatIsNotNotedLivesOnlyBesideAnotherProgram) {
  const auto ada = add("ada");
  const Chain chain(sessions_, session(ada, "a"), now_);
  EXPECT_EQ(chain.redeem("one", "two").outcome, ended);
  auto beside = chain.presenting("one", "two");
  beside.others_refresh = true;
  EXPECT_EQ(chain.redeem(beside).outcome, accepted);
  EXPECT_THAT(listed(ada), SizeIs(1));
  append(Revocation::of_user(ada, now_, now_ + 1h));
  auto other = Chain(sessions_, session(ada, "b"), now_).presenting("one", "two");
  other.others_refresh = true;
  EXPECT_EQ(chain.redeem(other).outcome, ended);
}

TEST_P(SessionStoreTest, ADescendantThatAnotherProgramMadeIsNoReuse) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  const Chain chain(sessions_, session(ada, "a"), now_);
  chain.redeem("one", "two");
  auto theirs = chain.presenting("theirs", "three");
  theirs.others_refresh = true;
  theirs.issued = now_ + 1s;
  EXPECT_EQ(chain.redeem(theirs).outcome, accepted);
  // An ancestor is no younger than the head.
  auto ancestor = chain.presenting("one", "x");
  ancestor.others_refresh = true;
  EXPECT_EQ(chain.redeem(ancestor).outcome, reused);
}

TEST_P(SessionStoreTest, AnExchangeMovesTheLimitsOfItsSession) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  auto later = session(ada, "a");
  later.last_seen = now_ + 30min;
  later.idle_limit = now_ + 90min;
  Chain(sessions_, later, now_).redeem("one", "two");
  const auto found = sessions_.list(ada, now_, 1);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].idle_limit, now_ + 90min);
  EXPECT_EQ(found[0].last_seen, now_ + 30min);
}

TEST_P(SessionStoreTest, OfManyWhoExchangeOneTokenAtOnceAllGetTheSameChild) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  const Chain chain(sessions_, session(ada, "a"), now_);
  std::mutex mutex;
  std::map<std::string, int> children;
  std::atomic<int> firsts{0};
  std::vector<std::function<void()>> all;
  for (int i = 0; i < 16; ++i)
    all.emplace_back([&, i] {
      const auto redeemed = chain.redeem("one", "child " + std::to_string(i));
      firsts += redeemed.outcome == accepted;
      const std::lock_guard lock(mutex);
      ++children[child_of(redeemed)];
    });
  run_together(all);
  EXPECT_EQ(firsts, 1);
  ASSERT_THAT(children, SizeIs(1));
  EXPECT_EQ(children.begin()->second, 16);
}

TEST_P(SessionStoreTest, OfManyWhoReuseATokenAtOnceOneEndsTheSession) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  const Chain chain(sessions_, session(ada, "a"), now_);
  chain.redeem("one", "two");
  std::atomic<int> reuses{0};
  std::vector<std::function<void()>> all(
      16, [&] { reuses += chain.redeem("one", "x", 1min).outcome == reused; });
  run_together(all);
  EXPECT_EQ(reuses, 1);
  EXPECT_THAT(log(), SizeIs(1));
  EXPECT_THAT(audit_.read_audit(0, 100), SizeIs(1));
}

TEST_P(SessionStoreTest, AnExchangeAndAnEndAtOnceLeaveNothingThatLives) {
  const auto ada = add("ada");
  for (int round = 0; round < 20; ++round) {
    const auto id = "s" + std::to_string(round);
    open(session(ada, id));
    const Chain chain(sessions_, session(ada, id), now_);
    run_together({[&] { chain.redeem("one", "two"); },
                  [&] { append(Revocation::of_session(Fingerprint::of({id}), now_ + 1h)); }});
    EXPECT_EQ(chain.redeem("two", "three").outcome, ended) << round;
    EXPECT_EQ(chain.redeem("one", "three").outcome, ended) << round;
  }
}

}  // namespace
}  // namespace restjwt::storage
