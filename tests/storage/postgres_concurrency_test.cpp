// Programs that write at the same time.

#include <thread>

#include <gmock/gmock.h>

#include "storage/postgres_database.hpp"

namespace restjwt::storage {
namespace {

using namespace std::chrono_literals;
using auth::Fingerprint;
using auth::Opening;
using auth::Revocation;
using auth::StoreError;
using testing::ElementsAre;
using testing::IsEmpty;

class PostgresConcurrencyTest : public testing::Test {
 protected:
  auth::UserId add(const char* name) { return users_->add({.username = name}).value().id; }
  void append() {
    const auto revocation = Revocation::of_token(Fingerprint::of({"t"}), {});
    revocations_->append({&revocation, 1});
  }
  std::vector<std::uint64_t> numbers() {
    std::vector<std::uint64_t> found;
    for (const auto& revocation : revocations_->read(0, 100)) found.push_back(revocation.number);
    return found;
  }

  test::PostgresTestDatabase home_{};
  PostgresDatabase database_{{.url = home_.url(), .lock_timeout = 50ms}};
  std::unique_ptr<auth::UserStore> users_ = (database_.migrate(), database_.users());
  std::unique_ptr<auth::SessionStore> sessions_ = database_.sessions();
  std::unique_ptr<auth::RevocationLog> revocations_ = database_.revocations();
  postgres::Connection other_ = other_connection(home_);
};

TEST_F(PostgresConcurrencyTest, ARevocationThatIsNotCommittedYetHoldsBackTheNext) {
  other_.execute("BEGIN; SELECT restjwt_append('key', '2026', 0, NULL)");
  EXPECT_THROW(append(), StoreError);
  EXPECT_THAT(numbers(), IsEmpty());
  other_.execute("COMMIT");
  append();
  EXPECT_THAT(numbers(), ElementsAre(1, 2));
}

TEST_F(PostgresConcurrencyTest, ARevocationThatIsNeverCommittedLeavesNoGap) {
  other_.execute("BEGIN; SELECT restjwt_append('key', '2026', 0, NULL); ROLLBACK");
  append();
  EXPECT_THAT(numbers(), ElementsAre(1));
}

TEST_F(PostgresConcurrencyTest, APasswordThatIsBeingChangedHoldsBackALogin) {
  const auto ada = add("ada");
  other_.execute("BEGIN; UPDATE auth_user SET password = '!second'");
  const auth::Session session{.id = Fingerprint::of({"a"}), .user = ada};
  EXPECT_THROW(sessions_->open(session, ""), StoreError);
  other_.execute("COMMIT");
  EXPECT_EQ(sessions_->open(session, "").outcome, Opening::Outcome::too_early);
}

TEST_F(PostgresConcurrencyTest, ALoginThatIsBeingWrittenHoldsBackALogout) {
  add("ada");
  other_.execute(
      "BEGIN; SELECT restjwt_open_session('aaaaaaaaaaaaaaaaaaaaaA', '1', 9, 9, NULL, NULL, '', "
      "'')");
  const auto logout = Revocation::of_user(1, TimePoint(5s), {});
  EXPECT_THROW(revocations_->append({&logout, 1}), StoreError);
  other_.execute("COMMIT");
  EXPECT_EQ(revocations_->append({&logout, 1}).at(0).not_before, TimePoint(9s));
}

// Django may change a user at the beginning of a request that takes a minute.
TEST_F(PostgresConcurrencyTest, ALongTransactionOfAnotherProgramHoldsNobodyElseUp) {
  const auto bob = (add("ada"), add("bob"));
  other_.execute("BEGIN; UPDATE auth_user SET password = '!second' WHERE username = 'ada'");
  EXPECT_TRUE(users_->set_password(bob, "!second"));
  append();
  EXPECT_THAT(numbers(), ElementsAre(1, 2));
  other_.execute("COMMIT");
  EXPECT_THAT(numbers(), ElementsAre(1, 2, 3));
}

TEST_F(PostgresConcurrencyTest, TheChangeCounterMovesWhenAChangeIsCommittedAndNotBefore) {
  add("ada");
  const auto before = users_->change_counter();
  other_.execute("BEGIN; UPDATE auth_user SET email = 'ada@example.org'");
  EXPECT_EQ(users_->change_counter(), before);
  other_.execute("COMMIT");
  EXPECT_NE(users_->change_counter(), before);
}

TEST_F(PostgresConcurrencyTest, TheChangeCounterStandsStillWhenASessionEnds) {
  add("ada");
  const auto before = users_->change_counter();
  append();
  EXPECT_THAT(numbers(), ElementsAre(1));
  EXPECT_EQ(users_->change_counter(), before);
}

// StoreBusy would say that what was read before is still true.
TEST_F(PostgresConcurrencyTest, ALockedTableDoesNotProveThatNothingHappened) {
  other_.execute("BEGIN; LOCK TABLE restjwt_user_change");
  EXPECT_THAT([&] { users_->change_counter(); },
              testing::Throws<StoreError>(testing::Truly([](const StoreError& error) {
                return dynamic_cast<const auth::StoreBusy*>(&error) == nullptr;
              })));
  other_.execute("COMMIT");
  EXPECT_EQ(users_->change_counter(), 0);
}

TEST_F(PostgresConcurrencyTest, AnAuditLineThatIsNotCommittedYetIsNotPassedOver) {
  const auto audit = database_.audit();
  other_.execute(
      "BEGIN; SELECT pg_advisory_xact_lock_shared(1919578228, 2); "
      "INSERT INTO restjwt_audit (line) VALUES ('{}')");
  audit->record({.name = "login"});
  EXPECT_THROW(audit->read_audit(0, 10), StoreError);
  other_.execute("COMMIT");
  EXPECT_EQ(audit->read_audit(0, 10).size(), 2u);
}

TEST_F(PostgresConcurrencyTest, TwoProgramsCountTheFailuresOfOneAccountTogether) {
  PostgresDatabase second({.url = home_.url()});
  const auto here = database_.throttle();
  const auto there = second.throttle();
  const auth::ThrottleBucket ada{"user:1", ""};
  const auth::Failure failure{
      ada, {.failures = 40, .within = 900s, .ban = 900s}, auth::AuditEvent{.name = "banned"}};
  const TimePoint now(5000s);
  constexpr int each = 20;
  {
    const auto add = [&](auth::ThrottleStore& store) {
      for (int i = 0; i < each; ++i) store.add({&failure, 1}, now);
    };
    const std::jthread one([&] { add(*here); }), other([&] { add(*there); });
  }
  EXPECT_EQ(here->find(ada, now).until, now + 900s);
  EXPECT_EQ(there->bans(now, 10).at(0).failures, 2u * each);
  EXPECT_EQ(home_.value("SELECT count(*) FROM restjwt_audit"), "1");
  EXPECT_EQ(here->salt(), there->salt());
}

}  // namespace
}  // namespace restjwt::storage
