#include "storage/key_store_conformance.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <vector>

namespace restjwt::test {
namespace {

using namespace std::chrono_literals;
using auth::KeySchedule;
using auth::KeyScheduleErrc;

TEST_P(KeyStoreTest, AStoreThatIsNotThereYetIsEmpty) {
  EXPECT_TRUE(open()->load().empty());
  EXPECT_NO_THROW(open()->version());
}

TEST_P(KeyStoreTest, WhatIsWrittenIsThereForEverybody) {
  const auto ours = open(), theirs = open();
  ASSERT_TRUE(take_in(*ours, "a", now));
  const auto schedule = theirs->load();
  ASSERT_EQ(schedule.keys().size(), 1U);
  EXPECT_EQ(schedule.signing(now)->kid, "a");
  EXPECT_TRUE(schedule.find("a")->key->is_private());
}

TEST_P(KeyStoreTest, ARefusedChangeWritesNothingAndTellsWhy) {
  const auto store = open();
  ASSERT_TRUE(take_in(*store, "a", now));
  const auto version = store->version();
  const auto refused = take_in(*store, "a", now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, KeyScheduleErrc::taken_kid);
  EXPECT_EQ(store->version(), version);
}

TEST_P(KeyStoreTest, AChangeThatChangesNothingWritesNothing) {
  const auto store = open();
  ASSERT_TRUE(take_in(*store, "a", now));
  const auto version = store->version();
  ASSERT_TRUE(store->change([](const KeySchedule& before) { return before; }));
  EXPECT_EQ(store->version(), version);
  ASSERT_TRUE(take_in(*store, "b", now));
  EXPECT_NE(store->version(), version);
}

TEST_P(KeyStoreTest, EachChangeHasAVersionOfItsOwn) {
  const auto ours = open(), theirs = open();
  const auto empty = theirs->version();
  ASSERT_TRUE(take_in(*ours, "a", now));
  const auto first = theirs->version();
  ASSERT_TRUE(take_in(*ours, "b", now));
  EXPECT_NE(first, empty);
  EXPECT_NE(theirs->version(), first);
  EXPECT_EQ(theirs->version(), ours->version());
}

TEST_P(KeyStoreTest, AWholeLifeIsKept) {
  const auto store = open();
  ASSERT_TRUE(take_in(*store, "a", now));
  const auto make = [] { return new_key("b"); };
  ASSERT_TRUE(store->change([&](const KeySchedule& s) { return s.rotate(now, rules, make); }));
  now += 24h + 5min;
  ASSERT_TRUE(store->change([&](const KeySchedule& s) { return s.retire("a", now, rules); }));
  const auto schedule = open()->load();
  EXPECT_EQ(schedule.state(*schedule.find("a"), now), auth::KeyState::retired);
  EXPECT_EQ(schedule.signing(now)->kid, "b");
  EXPECT_EQ(schedule.find("a")->retired, now);
}

TEST_P(KeyStoreTest, ACompromisedKeyAndItsSuccessorAreWrittenTogether) {
  const auto store = open();
  ASSERT_TRUE(take_in(*store, "a", now));
  now += 1s;
  ASSERT_TRUE(store->change([&](const KeySchedule& s) {
    return s.retire_compromised("a", now, rules, [] { return new_key("b"); });
  }));
  const auto schedule = open()->load();
  EXPECT_EQ(schedule.signing(now)->kid, "b");
  EXPECT_FALSE(schedule.find("a")->key);
}

TEST_P(KeyStoreTest, AnyKidCanBeKept) {
  const auto store = open();
  const std::vector<std::string> kids{"../../escape",
                                      "a/b",
                                      ".",
                                      "..",
                                      std::string("a\0b", 3),
                                      "a b",
                                      "ä",
                                      std::string(256, 'x'),
                                      "A",
                                      "a",
                                      ".lock",
                                      "a.tmp"};
  ASSERT_TRUE(store->change([&](const KeySchedule& before) -> KeySchedule::Changed {
    KeySchedule all = before;
    for (const auto& kid : kids)
      all = all.add(new_key(kid), jose::Algorithm::Ed25519, now, rules).value();
    return all;
  }));
  const auto schedule = open()->load();
  for (const auto& kid : kids) EXPECT_NE(schedule.find(kid), nullptr) << kid;
  EXPECT_EQ(schedule.keys().size(), kids.size());
}

TEST_P(KeyStoreTest, WhatAChangeLeavesOutIsGone) {
  const auto store = open();
  ASSERT_TRUE(take_in(*store, "a", now));
  ASSERT_TRUE(take_in(*store, "b", now));
  ASSERT_TRUE(store->change([](const KeySchedule& before) -> KeySchedule::Changed {
    return KeySchedule({*before.find("b")});
  }));
  EXPECT_EQ(open()->load().find("a"), nullptr);
  EXPECT_NE(open()->load().find("b"), nullptr);
}

TEST_P(KeyStoreTest, ChangesOfTwoProcessesAtOnceAreAllKept) {
  constexpr int each = 3;
  const auto work = [&](const std::string& prefix) {
    const auto store = open();
    bool all = true;
    for (int i = 0; i < each; ++i)
      all = take_in(*store, prefix + std::to_string(i), now).has_value() && all;
    return all;
  };
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(work("theirs") ? 0 : 1);
  EXPECT_TRUE(work("ours"));
  int status = 1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  const auto schedule = open()->load();
  EXPECT_EQ(schedule.keys().size(), 2U * each);
  int begun = 0;
  for (const auto& key : schedule.keys()) begun += key.active.has_value();
  EXPECT_EQ(begun, 1);
}

}  // namespace
}  // namespace restjwt::test
