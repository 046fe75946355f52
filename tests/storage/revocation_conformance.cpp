#include "storage/revocation_conformance.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>

namespace restjwt::storage {
namespace {

using namespace std::chrono_literals;
using auth::Fingerprint;
using auth::Revocation;
using auth::UserId;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::SizeIs;

Fingerprint id(std::string_view text) { return Fingerprint::of({text}); }

std::vector<std::uint64_t> numbers(const std::vector<Revocation>& revocations) {
  std::vector<std::uint64_t> result;
  for (const auto& revocation : revocations) result.push_back(revocation.number);
  return result;
}

TEST_P(RevocationLogTest, AnEmptyLogStandsAtZero) {
  EXPECT_THAT(log(), IsEmpty());
  EXPECT_EQ(revocations_.position().number, 0u);
  EXPECT_NE(revocations_.position().history, "");
}

TEST_P(RevocationLogTest, EveryKindIsReadAsItWasAppended) {
  const auto ada = add("ada");
  const std::vector wanted{
      Revocation::of_token(id("t"), now_ + 1h), Revocation::of_session(id("s"), {}),
      Revocation::of_user(ada, now_, now_ + 1h), Revocation::of_key("2026-11 '\"\\", {}),
      Revocation::of_everyone(now_, now_ + 24h)};
  const auto appended = revocations_.append(wanted);
  EXPECT_THAT(numbers(appended), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(log(), appended);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    auto without_number = appended.at(i);
    without_number.number = 0;
    EXPECT_EQ(without_number, wanted[i]) << name(wanted[i].kind);
  }
}

TEST_P(RevocationLogTest, AppendingNothingAppendsNothing) {
  EXPECT_THAT(revocations_.append({}), IsEmpty());
  EXPECT_EQ(revocations_.position().number, 0u);
}

TEST_P(RevocationLogTest, ReadsWhatIsBehindANumber) {
  for (const auto* text : {"a", "b", "c"}) append(Revocation::of_token(id(text), {}));
  EXPECT_THAT(numbers(revocations_.read(1, 10)), ElementsAre(2, 3));
  EXPECT_THAT(revocations_.read(3, 10), IsEmpty());
  EXPECT_THAT(revocations_.read(std::numeric_limits<std::int64_t>::max(), 10), IsEmpty());
}

TEST_P(RevocationLogTest, ReadsNoMoreThanItsLimit) {
  for (const auto* text : {"a", "b", "c"}) append(Revocation::of_token(id(text), {}));
  EXPECT_THAT(numbers(revocations_.read(0, 2)), ElementsAre(1, 2));
  EXPECT_THAT(revocations_.read(0, 0), IsEmpty());
  EXPECT_THAT(revocations_.read(0, std::numeric_limits<std::size_t>::max()), SizeIs(3));
}

TEST_P(RevocationLogTest, ThePositionIsThatOfTheNewestEntry) {
  const auto before = revocations_.position();
  append(Revocation::of_token(id("a"), {}));
  EXPECT_EQ(revocations_.position().number, 1u);
  EXPECT_EQ(revocations_.position().history, before.history);
}

TEST_P(RevocationLogTest, NumbersRiseWithoutGapsWhenManyAppend) {
  const std::vector<std::function<void()>> eight(8, [&] {
    for (int i = 0; i < 10; ++i) append(Revocation::of_token(id("a"), {}));
  });
  run_together(eight);
  std::vector<std::uint64_t> expected(80);
  std::iota(expected.begin(), expected.end(), 1);
  EXPECT_THAT(numbers(log()), ElementsAreArray(expected));
}

TEST_P(RevocationLogTest, WhoReadsOnFromANumberMissesNoneThatIsAppendedMeanwhile) {
  std::atomic<int> writing = 4;
  std::vector<std::uint64_t> seen;
  std::vector<std::function<void()>> actions(4, [&] {
    for (int i = 0; i < 20; ++i) append(Revocation::of_token(id("a"), {}));
    --writing;
  });
  actions.emplace_back([&] {
    for (bool last = false; !last;) {
      last = writing == 0;
      for (const auto& next : revocations_.read(seen.empty() ? 0 : seen.back(), 1000))
        seen.push_back(next.number);
    }
  });
  run_together(actions);
  std::vector<std::uint64_t> expected(80);
  std::iota(expected.begin(), expected.end(), 1);
  EXPECT_EQ(seen, expected);
}

TEST_P(RevocationLogTest, AUsersNotBeforeMovesOnToTheNewestSession) {
  const auto ada = add("ada");
  open(session(ada, "ahead", now_ + 5s));
  open(session(ada, "older", now_ + 2s));
  const auto appended = append(Revocation::of_user(ada, now_, now_ + 1h));
  EXPECT_EQ(appended.not_before, now_ + 5s);
  EXPECT_EQ(appended.until, now_ + 1h + 5s) << "the newest session's tokens live as much longer";
  EXPECT_THAT(log(), ElementsAre(appended));
  EXPECT_THAT(listed(ada), IsEmpty());
}

TEST_P(RevocationLogTest, AUsersNotBeforeDoesNotMoveBack) {
  const auto ada = add("ada");
  open(session(ada, "older", now_ - 5s));
  EXPECT_EQ(append(Revocation::of_user(ada, now_, {})).not_before, now_);
}

TEST_P(RevocationLogTest, AnotherUsersSessionsDoNotMoveNotBefore) {
  const auto ada = add("ada");
  open(session(add("bob"), "ahead", now_ + 5s));
  EXPECT_EQ(append(Revocation::of_user(ada, now_, {})).not_before, now_);
}

TEST_P(RevocationLogTest, EveryonesNotBeforeStays) {
  const auto ada = add("ada");
  open(session(ada, "ahead", now_ + 5s));
  EXPECT_EQ(append(Revocation::of_everyone(now_, {})).not_before, now_);
  EXPECT_THAT(listed(ada), ElementsAre(id("ahead")));
}

TEST_P(RevocationLogTest, AnotherPasswordEndsTheUsersSessions) {
  const auto ada = add("ada", "!first");
  users_.set_password(ada, "!second");
  const auto entries = log();
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].kind, Revocation::Kind::user);
  EXPECT_EQ(entries[0].user, ada);
  EXPECT_EQ(entries[0].number, 1u);
  EXPECT_GE(entries[0].not_before, now_);
  EXPECT_LE(entries[0].not_before, std::chrono::system_clock::now());
}

TEST_P(RevocationLogTest, ThePasswordThatStandsAlreadyEndsNothing) {
  const auto ada = add("ada", "!first");
  users_.set_password(ada, "!first");
  EXPECT_THAT(log(), IsEmpty());
}

TEST_P(RevocationLogTest, ABetterHashOfTheSamePasswordEndsNothing) {
  const auto ada = add("ada", "!first");
  ASSERT_TRUE(users_.replace_password(ada, "!first", "!better"));
  EXPECT_THAT(log(), IsEmpty());
}

TEST_P(RevocationLogTest, AfterABetterHashAnotherPasswordEndsTheSessionsAsEver) {
  const auto ada = add("ada", "!first");
  users_.replace_password(ada, "!first", "!better");
  users_.set_password(ada, "!second");
  EXPECT_THAT(log(), SizeIs(1));
}

TEST_P(RevocationLogTest, DisablingAUserEndsHisSessions) {
  const auto ada = add("ada");
  users_.set_active(ada, false);
  const auto entries = log();
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].user, ada);
}

TEST_P(RevocationLogTest, DisablingAUserTwiceEndsHisSessionsOnce) {
  const auto ada = add("ada");
  users_.set_active(ada, false);
  users_.set_active(ada, false);
  EXPECT_THAT(log(), SizeIs(1));
}

TEST_P(RevocationLogTest, EnablingAUserEndsNothing) {
  const auto ada = add("ada");
  users_.set_active(ada, true);
  EXPECT_THAT(log(), IsEmpty());
  users_.set_active(ada, false);
  users_.set_active(ada, true);
  EXPECT_THAT(log(), SizeIs(1));
}

TEST_P(RevocationLogTest, DeletingAUserEndsHisSessions) {
  const auto ada = add("ada");
  users_.remove(ada);
  const auto entries = log();
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].user, ada);
}

TEST_P(RevocationLogTest, AddingAUserEndsNothing) {
  add("ada");
  EXPECT_THAT(log(), IsEmpty());
}

TEST_P(RevocationLogTest, AChangeThatFindsNobodyEndsNothing) {
  const UserId nobody(add("ada").number() + 1);
  users_.set_password(nobody, "!second");
  users_.set_active(nobody, false);
  users_.remove(nobody);
  EXPECT_THAT(log(), IsEmpty());
}

TEST_P(RevocationLogTest, AChangedUsersNotBeforeMovesOnToTheNewestSession) {
  const auto ada = add("ada");
  open(session(ada, "ahead", now_ + 1h));
  users_.set_password(ada, "!second");
  EXPECT_EQ(log().at(0).not_before, now_ + 1h);
}

TEST_P(RevocationLogTest, WithoutAWordOnTheLifeOfTokensAChangedUserIsRememberedForEver) {
  users_.set_password(add("ada"), "!second");
  EXPECT_FALSE(log().at(0).until);
}

/// The store looks at its clock more than once.
void expect_kept_for(const Revocation& entry, std::chrono::seconds life) {
  ASSERT_TRUE(entry.until);
  EXPECT_GE(*entry.until, entry.not_before + life);
  EXPECT_LT(*entry.until, entry.not_before + life + 100s);
}

TEST_P(RevocationLogTest, AChangedUserIsRememberedAsLongAsATokenLives) {
  revocations_.note_token_life(300s, now_);
  users_.set_password(add("ada"), "!second");
  const auto entry = log().at(0);
  expect_kept_for(entry, 300s);
}

TEST_P(RevocationLogTest, TheTokenOfANewestSessionAheadIsOutlivedToo) {
  const auto ada = add("ada");
  open(session(ada, "ahead", now_ + 1h));
  revocations_.note_token_life(300s, now_);
  users_.set_password(ada, "!second");
  EXPECT_EQ(log().at(0).until, now_ + 1h + 300s);
}

TEST_P(RevocationLogTest, TheLongestLifeToldCountsWhileItsTokensLive) {
  revocations_.note_token_life(3000s, now_ - 1000s);
  revocations_.note_token_life(300s, now_);
  users_.set_password(add("ada"), "!second");
  const auto entry = log().at(0);
  expect_kept_for(entry, 3000s);
}

TEST_P(RevocationLogTest, ALifeWhoseTokensHaveEndedCountsNoMore) {
  revocations_.note_token_life(3000s, now_ - 5000s);
  revocations_.note_token_life(300s, now_);
  users_.set_password(add("ada"), "!second");
  const auto entry = log().at(0);
  expect_kept_for(entry, 300s);
}

TEST_P(RevocationLogTest, WhenTheLastWordOnTheLifeOfTokensIsTooOldItIsForEver) {
  revocations_.note_token_life(300s, now_ - 1000s);
  users_.set_password(add("ada"), "!second");
  EXPECT_FALSE(log().at(0).until);
}

TEST_P(RevocationLogTest, ALifeThatIsToldAgainCountsFromThenOn) {
  revocations_.note_token_life(300s, now_ - 1000s);
  revocations_.note_token_life(300s, now_);
  revocations_.note_token_life(300s, now_ - 2000s);
  users_.set_password(add("ada"), "!second");
  const auto entry = log().at(0);
  expect_kept_for(entry, 300s);
}

TEST_P(RevocationLogTest, TokensThatLiveForEverCountAlways) {
  revocations_.note_token_life({}, now_ - 87600h);
  revocations_.note_token_life(300s, now_);
  users_.set_password(add("ada"), "!second");
  EXPECT_FALSE(log().at(0).until);
}

TEST_P(RevocationLogTest, WhatIsAppendedIsKeptAsLongAsAnyTokenLives) {
  revocations_.note_token_life(3000s, now_);
  const auto soon = append(Revocation::of_session(id("a"), now_ + 60s)).until;
  ASSERT_TRUE(soon);
  EXPECT_GE(*soon, now_ + 3000s);
  EXPECT_EQ(append(Revocation::of_token(id("b"), now_ + 24h)).until, now_ + 24h);
  EXPECT_FALSE(append(Revocation::of_session(id("c"), {})).until);
  revocations_.note_token_life({}, now_);
  EXPECT_FALSE(append(Revocation::of_key("k", now_ + 60s)).until);
}

TEST_P(RevocationLogTest, ARestoredLogEndsEveryonesSessionsAndHasAnotherHistory) {
  const auto ada = add("ada");
  open(session(ada, "a"));
  append(Revocation::of_token(id("kept"), {}));
  revocations_.note_token_life(300s, now_);
  const auto before = revocations_.position();
  const auto end = revocations_.begin_anew(now_);
  EXPECT_EQ(end.kind, Revocation::Kind::everyone);
  EXPECT_EQ(end.not_before, now_ + auth::furthest_start);
  ASSERT_TRUE(end.until);
  EXPECT_GE(*end.until, now_ + 300s);
  EXPECT_THAT(listed(ada), IsEmpty());
  EXPECT_NE(revocations_.position().history, before.history);
  EXPECT_EQ(revocations_.position().number, before.number + 1);
  EXPECT_THAT(numbers(log()), ElementsAre(before.number, before.number + 1));
}

TEST_P(RevocationLogTest, WithoutAWordOnTheLifeOfTokensARestoreIsRememberedForEver) {
  EXPECT_FALSE(revocations_.begin_anew(now_).until);
}

TEST_P(RevocationLogTest, PurgeDeletesWhatIsOver) {
  append(Revocation::of_token(id("over"), now_ - 1s));
  append(Revocation::of_token(id("not yet"), now_));
  append(Revocation::of_token(id("never"), {}));
  EXPECT_EQ(revocations_.purge_revocations(now_, 10), 1u);
  EXPECT_THAT(numbers(log()), ElementsAre(2, 3));
}

TEST_P(RevocationLogTest, PurgeDeletesNoMoreThanItsLimit) {
  for (const auto* text : {"a", "b", "c"}) append(Revocation::of_token(id(text), now_ - 1s));
  EXPECT_EQ(revocations_.purge_revocations(now_, 2), 2u);
  EXPECT_EQ(revocations_.purge_revocations(now_, 2), 1u);
  EXPECT_EQ(revocations_.purge_revocations(now_, 2), 0u);
}

TEST_P(RevocationLogTest, ANumberIsNotGivenAgainAfterAPurge) {
  append(Revocation::of_token(id("a"), now_ - 1s));
  revocations_.purge_revocations(now_, 10);
  EXPECT_EQ(revocations_.position().number, 1u);
  EXPECT_EQ(append(Revocation::of_token(id("b"), {})).number, 2u);
  EXPECT_EQ(append(Revocation::of_token(id("c"), now_ - 1s)).number, 3u);
  revocations_.purge_revocations(now_, 10);
  EXPECT_EQ(revocations_.position().number, 3u);
  EXPECT_EQ(append(Revocation::of_token(id("d"), {})).number, 4u);
}

TEST_P(AuditLogTest, AnEmptyLogHasNoLines) { EXPECT_THAT(audit_.read_audit(0, 10), IsEmpty()); }

TEST_P(AuditLogTest, AnEventIsALineOfJson) {
  const auth::AuditEvent event{.name = "logout",
                               .at = now_,
                               .user = "ada \xE7\x94\xA8\n'\"",
                               .by = "root",
                               .session = id("a"),
                               .client = {.address = "192.0.2.1", .user_agent = "curl"},
                               .reason = "asked for"};
  audit_.record(event);
  const auto lines = audit_.read_audit(0, 10);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].number, 1u);
  EXPECT_EQ(parse_json(lines[0].text).value(), to_json(event));
  EXPECT_EQ(lines[0].text.find('\n'), std::string::npos);
}

TEST_P(AuditLogTest, WhatEndsOrOpensSessionsIsRecordedWithIt) {
  const auto ada = add("ada", "!first");
  const auto opened = session(ada, "a");
  const auth::AuditEvent login{.name = "login", .at = now_, .user = "ada"};
  const auth::AuditEvent logout{.name = "logout", .at = now_, .user = "ada"};
  sessions_.open(opened, "!other", &login);
  EXPECT_THAT(audit_.read_audit(0, 10), IsEmpty());
  sessions_.open(opened, "!first", &login);
  const auto end = Revocation::of_session(opened.id, {});
  revocations_.append({&end, 1}, &logout);
  sessions_.open(opened, "!first", &login);
  const auto lines = audit_.read_audit(0, 10);
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(parse_json(lines[0].text).value(), to_json(login));
  EXPECT_EQ(parse_json(lines[1].text).value(), to_json(logout));
}

TEST_P(AuditLogTest, SeveralEventsAreRecordedTogether) {
  const std::vector<auth::AuditEvent> events{{.name = "login"}, {.name = "login_failed"}};
  audit_.record(events);
  audit_.record(std::span<const auth::AuditEvent>{});
  EXPECT_THAT(audit_.read_audit(0, 10), SizeIs(2));
}

TEST_P(AuditLogTest, LinesAreReadInTheirOrderBehindANumber) {
  for (const auto* reason : {"a", "b", "c"}) audit_.record({.name = "login", .reason = reason});
  const auto lines = audit_.read_audit(1, 10);
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_LT(lines[0].number, lines[1].number);
  EXPECT_THAT(lines[0].text, testing::HasSubstr("\"b\""));
  EXPECT_THAT(lines[1].text, testing::HasSubstr("\"c\""));
  EXPECT_THAT(audit_.read_audit(lines[1].number, 10), IsEmpty());
}

TEST_P(AuditLogTest, ReadsNoMoreThanItsLimit) {
  for (const auto* reason : {"a", "b", "c"}) audit_.record({.name = "login", .reason = reason});
  EXPECT_THAT(audit_.read_audit(0, 2), SizeIs(2));
  EXPECT_THAT(audit_.read_audit(0, 0), IsEmpty());
  EXPECT_THAT(audit_.read_audit(0, std::numeric_limits<std::size_t>::max()), SizeIs(3));
}

TEST_P(AuditLogTest, ManyRecordAtOnce) {
  const std::vector<std::function<void()>> eight(8, [&] {
    for (int i = 0; i < 10; ++i) audit_.record({.name = "login"});
  });
  run_together(eight);
  EXPECT_THAT(audit_.read_audit(0, 1000), SizeIs(80));
}

}  // namespace
}  // namespace restjwt::storage
