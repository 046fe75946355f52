// Sessions and what ends them, at every door of a Service.

#include <restjwt/auth/sessions.hpp>

#include <array>
#include <latch>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/keys.hpp"
#include "support/site.hpp"

namespace restjwt::auth {
namespace {

using namespace std::chrono_literals;

/// Two nodes on one database; the clock is theirs together.
class SessionsTest : public testing::TestWithParam<Profile> {
 protected:
  Parts parts(Settings settings) {
    return {.settings = std::move(settings),
            .users = *users_,
            .sessions = SessionParts{*store_, *log_, *audit_},
            .clock = [this] { return now_.load(); }};
  }

  SessionsTest() {
    ada_ = add("ada");
    here().catch_up();
    there().catch_up();
  }

  User add(const std::string& name) {
    return users_
        ->add({.username = name,
               .email = name + "@example.com",
               .password = make_password(Secret("abc123"), test::cheap_hasher(), system_random())})
        .value();
  }
  std::string log_in(const std::string& name = "ada") {
    return node_.obtain(name, Secret("abc123"), {"192.0.2.1", "test"}).value().token;
  }
  Sessions here() { return node_.sessions().value(); }
  Sessions there() { return other_.sessions().value(); }

  static std::error_code why(const auto& result) {
    return result ? std::error_code() : result.error();
  }
  /// What each door of that node says: authenticate, verify, refresh.
  static std::array<std::error_code, 3> doors(Service& node, const std::string& token) {
    return {why(node.authenticate(token)), why(node.verify(token)), why(node.refresh(token))};
  }
  static std::array<std::error_code, 3> all(std::error_code code) { return {code, code, code}; }
  const std::array<std::error_code, 3> open_ = all({});
  const std::array<std::error_code, 3> revoked_ = all(AuthErrc::token_revoked);

  std::vector<std::string> events() {
    std::vector<std::string> names;
    for (const auto& line : audit_->read_audit(0, 1000))
      names.push_back(parse_json(line.text).value().find("event")->as_string());
    return names;
  }

  std::atomic<TimePoint> now_{TimePoint{1'795'473'400s}};
  storage::MemoryDatabase database_{[this] { return now_.load(); }};
  std::unique_ptr<UserStore> users_ = database_.users();
  std::unique_ptr<SessionStore> store_ = database_.sessions();
  std::unique_ptr<RevocationLog> log_ = database_.revocations();
  std::unique_ptr<AuditLog> audit_ = database_.audit();
  Service node_{parts(test::settings_of(GetParam()))};
  Service other_{parts(test::settings_of(GetParam()))};
  User ada_;
};

INSTANTIATE_TEST_SUITE_P(Profiles, SessionsTest,
                         testing::Values(Profile::v1_0_1, Profile::v1_11_0, Profile::drf_jwt),
                         [](const auto& profile) {
                           return profile.param == Profile::v1_0_1    ? "v1_0_1"
                                  : profile.param == Profile::v1_11_0 ? "v1_11_0"
                                                                      : "drf_jwt";
                         });

TEST_P(SessionsTest, ALoginOpensASession) {
  const auto token = log_in();
  const auto sessions = here().list(ada_.id);
  ASSERT_EQ(sessions.size(), 1u);
  const auto& session = sessions[0];
  EXPECT_EQ(session.id, here().of(token, Reach::store)->id);
  EXPECT_EQ(session.created, now_.load());
  EXPECT_EQ(session.last_seen, now_.load());
  EXPECT_EQ(session.client.address, "192.0.2.1");
  EXPECT_EQ(session.client.user_agent, "test");
  EXPECT_EQ(session.idle_limit, now_.load() + 5min);
  EXPECT_EQ(session.absolute_limit, now_.load() + std::chrono::days{7});
  EXPECT_EQ(events(), std::vector<std::string>{"login"});
}

TEST_P(SessionsTest, ARefreshStaysInItsSession) {
  const auto first = log_in();
  now_ = now_.load() + 60s;
  const auto second = node_.refresh(first)->token;
  EXPECT_NE(first, second);
  EXPECT_EQ(here().of(first, Reach::store)->id, here().of(second, Reach::store)->id);
}

TEST_P(SessionsTest, AWrongPasswordOpensNone) {
  EXPECT_FALSE(node_.obtain("ada", Secret("wrong")));
  EXPECT_TRUE(here().list(ada_.id).empty());
  here().write_seen();
  EXPECT_EQ(events(), std::vector<std::string>{"login_failed"});
}

TEST_P(SessionsTest, LogoutEndsTheSessionAtEveryDoorAndItsRefreshedTokensToo) {
  const auto first = log_in();
  now_ = now_.load() + 60s;
  const auto second = node_.refresh(first)->token;
  EXPECT_EQ(doors(node_, second), open_);
  EXPECT_EQ(*here().logout(first, Logout::this_one, {}), 1u);
  EXPECT_EQ(doors(node_, first), revoked_);
  EXPECT_EQ(doors(node_, second), revoked_);
  EXPECT_TRUE(here().list(ada_.id).empty());
}

TEST_P(SessionsTest, AnotherNodeRefusesAfterItHasCaughtUp) {
  const auto token = log_in();
  ASSERT_TRUE(here().logout(token, Logout::this_one, {}));
  EXPECT_EQ(doors(other_, token), open_);
  EXPECT_EQ(there().catch_up(), 1u);
  EXPECT_EQ(doors(other_, token), revoked_);
  EXPECT_EQ(there().catch_up(), 0u);
}

TEST_P(SessionsTest, LoggingOutOneDoesNotLogOutTheOthers) {
  const auto one = log_in();
  now_ = now_.load() + 1s;
  const auto two = log_in();
  ASSERT_TRUE(here().logout(one, Logout::this_one, {}));
  EXPECT_EQ(doors(node_, two), open_);
}

TEST_P(SessionsTest, LoggingOutTheOthersKeepsThisOne) {
  const auto one = log_in();
  now_ = now_.load() + 1s;
  const auto two = log_in();
  EXPECT_EQ(*here().logout(two, Logout::others, {}), 1u);
  EXPECT_EQ(doors(node_, one), revoked_);
  EXPECT_EQ(doors(node_, two), open_);
}

TEST_P(SessionsTest, LoggingOutAllEndsAlsoSessionsThatNobodyNoted) {
  const auto one = log_in();
  auto stateless = parts(test::settings_of(GetParam()));
  stateless.sessions.reset();
  const auto foreign = Service(std::move(stateless)).issue(ada_);  // as Django beside makes it
  now_ = now_.load() + 1s;
  const auto two = log_in();
  EXPECT_EQ(*here().logout(two, Logout::all, {}), 2u);
  for (const auto& token : {one, two, foreign}) EXPECT_EQ(doors(node_, token), revoked_);
}

TEST_P(SessionsTest, WhoLogsInAgainInTheSameSecondIsIn) {
  for (const auto which : {Logout::this_one, Logout::all, Logout::this_one}) {
    const auto old = log_in();
    ASSERT_TRUE(here().logout(old, which, {}));
    const auto fresh = log_in();
    EXPECT_EQ(doors(node_, fresh), open_);
    EXPECT_EQ(doors(node_, old), revoked_);
  }
}

// Without orig_iat and iat only exp tells when a session began, and a fraction of a second too
// early.
TEST_P(SessionsTest, WhoLogsInAgainIsInAlsoWithAFractionInTheLifeOfTokens) {
  auto settings = test::settings_of(GetParam());
  settings.allow_refresh = false;
  settings.expiration_delta = 300'500ms;
  Service node(parts(std::move(settings)));
  node.sessions()->catch_up();
  const auto old = node.obtain("ada", Secret("abc123"))->token;
  ASSERT_TRUE(node.sessions()->logout(old, Logout::all, {}));
  const auto fresh = node.obtain("ada", Secret("abc123"));
  ASSERT_TRUE(fresh);
  EXPECT_TRUE(node.authenticate(fresh->token));
  EXPECT_EQ(why(node.authenticate(old)), AuthErrc::token_revoked);
}

TEST_P(SessionsTest, TwoLoginsThatBothUpgradeThePasswordAreIn) {
  auto settings = test::settings_of(GetParam());
  settings.password_hasher.pbkdf2_iterations = 20;
  Service node(parts(std::move(settings)));
  node.sessions()->catch_up();
  for (int round = 0; round < 50; ++round) {
    users_->set_password(ada_.id, ada_.password);
    now_ = now_.load() + 1s;
    std::array<bool, 2> in{};
    {
      std::latch start(2);
      std::vector<std::jthread> logins;
      for (auto& is_in : in)
        logins.emplace_back([&] {
          start.arrive_and_wait();
          is_in = bool(node.obtain("ada", Secret("abc123")));
        });
    }
    EXPECT_TRUE(in[0] && in[1]) << round;
  }
}

TEST_P(SessionsTest, ALoginAgainstAChangeOfPasswordLeavesNoLiveToken) {
  const auto other = make_password(Secret("another"), test::cheap_hasher(), system_random());
  for (int round = 0; round < 200; ++round) {
    users_->set_password(ada_.id, ada_.password);
    now_ = now_.load() + 60s;
    here().catch_up();
    std::string token;
    {
      std::latch start(2);
      std::jthread entering([&] {
        start.arrive_and_wait();
        if (auto grant = node_.obtain("ada", Secret("abc123"))) token = grant->token;
      });
      std::jthread changing([&] {
        start.arrive_and_wait();
        users_->set_password(ada_.id, other);
      });
    }
    here().catch_up();
    if (!token.empty()) {
      EXPECT_EQ(doors(node_, token), revoked_) << round;
    }
  }
}

// What a session is known by does not depend on the settings of the day.
TEST_P(SessionsTest, ASessionStaysWhatItIsWhenIdsOfTokensAreTurnedOff) {
  for (const auto after : {Profile::v1_0_1, Profile::v1_11_0, Profile::drf_jwt}) {
    auto settings = test::settings_of(GetParam());
    settings.token_id = TokenId::include;
    Service old(parts(settings));
    auto changed = test::settings_of(after);
    changed.token_id = TokenId::off;
    Service node(parts(changed));
    for (auto* service : {&old, &node}) service->sessions()->catch_up();
    now_ = now_.load() + 1s;
    const auto login = old.obtain("ada", Secret("abc123"))->token;
    now_ = now_.load() + 1s;
    const auto refreshed = node.refresh(login).value().token;
    now_ = now_.load() + 1s;
    const auto again = node.refresh(refreshed).value().token;
    ASSERT_TRUE(node.sessions()->logout(refreshed, Logout::this_one, {}));
    for (const auto& token : {login, refreshed, again})
      EXPECT_EQ(why(node.authenticate(token)), AuthErrc::token_revoked);
  }
}

TEST_P(SessionsTest, OthersAreEndedThatAnotherNodeHasRefreshedMeanwhile) {
  const auto first = log_in();
  now_ = now_.load() + 299s;
  const auto fresh = other_.refresh(first)->token;
  now_ = now_.load() + 30s;
  EXPECT_EQ(here().logout(log_in(), Logout::others, {}).value(), 1u);
  there().catch_up();
  EXPECT_EQ(doors(other_, fresh), revoked_);
}

TEST_P(SessionsTest, TwoUsersInTheSameSecondAreTwoSessions) {
  add("bob");
  const auto ada = log_in("ada");
  const auto bob = log_in("bob");
  ASSERT_TRUE(here().logout(ada, Logout::this_one, {}));
  EXPECT_EQ(doors(node_, bob), open_);
}

TEST_P(SessionsTest, AnotherPasswordEndsAllSessions) {
  const auto token = log_in();
  users_->set_password(ada_.id,
                       make_password(Secret("new"), test::cheap_hasher(), system_random()));
  here().catch_up();
  EXPECT_EQ(doors(node_, token), revoked_);
  const auto fresh = node_.obtain("ada", Secret("new"));
  ASSERT_TRUE(fresh);
  EXPECT_EQ(doors(node_, fresh->token), open_);
}

TEST_P(SessionsTest, ABetterHashOfTheSamePasswordEndsNone) {
  const auto token = log_in();
  users_->set_password(
      ada_.id, make_password(Secret("abc123"),
                             {.kind = PasswordHasher::Kind::pbkdf2_sha256, .pbkdf2_iterations = 3},
                             system_random()));
  here().catch_up();
  EXPECT_EQ(doors(node_, token), revoked_);  // that was a change
  const auto before = log_->position().number;
  const auto fresh = log_in();  // this one is not
  EXPECT_EQ(password_cost(users_->find_by_id(ada_.id)->password), "pbkdf2_sha256$10");
  EXPECT_EQ(log_->position().number, before);
  EXPECT_EQ(doors(node_, fresh), open_);
}

TEST_P(SessionsTest, ADisabledUsersSessionsStayOverWhenHeIsEnabledAgain) {
  const auto token = log_in();
  users_->set_active(ada_.id, false);
  node_.directory().forget_all();
  here().catch_up();
  EXPECT_EQ(why(node_.authenticate(token)), AuthErrc::user_inactive);
  users_->set_active(ada_.id, true);
  node_.directory().forget_all();
  here().catch_up();
  EXPECT_EQ(doors(node_, token), revoked_);
}

TEST_P(SessionsTest, OneSessionEndsByItsId) {
  const auto one = log_in();
  now_ = now_.load() + 1s;
  const auto two = log_in();
  const auto id = here().of(one, Reach::store)->id;
  EXPECT_TRUE(here().end(ada_, id, {.username = "root"}));
  EXPECT_EQ(doors(node_, one), revoked_);
  EXPECT_EQ(doors(node_, two), open_);
  EXPECT_FALSE(here().end(ada_, id, {.username = "root"}));
}

TEST_P(SessionsTest, NobodyEndsTheSessionOfAnotherByItsId) {
  const auto bob = add("bob");
  const auto token = log_in();
  EXPECT_FALSE(here().end(bob, here().of(token, Reach::store)->id, {}));
  EXPECT_EQ(doors(node_, token), open_);
}

TEST_P(SessionsTest, WhenMemoryIsFullNobodyLogsInAndEverybodyCanLeave) {
  auto few = parts(test::settings_of(GetParam()));
  few.sessions->most_revocations = 1;
  Service node(std::move(few));
  node.sessions()->catch_up();
  const auto token = node.obtain("ada", Secret("abc123"))->token;
  now_ = now_.load() + 1s;
  ASSERT_TRUE(here().logout(log_in(), Logout::this_one, {}));
  node.sessions()->catch_up();
  EXPECT_THROW(static_cast<void>(node.obtain("ada", Secret("abc123"))), StoreError);
  EXPECT_TRUE(node.sessions()->logout(token, Logout::all, {}));
}

TEST_P(SessionsTest, AKeyThatWasRevokedIsRefusedAtEveryDoor) {
  const auto revoked = Revocation::of_key("stolen", std::nullopt);
  log_->append({&revoked, 1});
  auto settings = test::settings_of(GetParam());
  const auto token = log_in();
  settings.secret_key = {};
  settings.secret_key.add("stolen", Secret(std::string(test::secret_text)));
  Service node(parts(std::move(settings)));
  node.sessions()->catch_up();
  const auto stolen = node.issue(ada_);
  EXPECT_EQ(doors(node, stolen), revoked_);
  EXPECT_EQ(doors(node_, token), open_);
}

TEST_P(SessionsTest, ATokenThatIsRememberedIsRefusedAllTheSame) {
  auto settings = test::settings_of(GetParam());
  settings.algorithms = {jose::Algorithm::ES256};
  settings.private_key = Secret(test::key_file("ec.pem"));
  settings.public_key = Secret(test::key_file("ec.pub"));
  auto remembering = parts(settings);
  remembering.verified_tokens = 16;
  Service node(std::move(remembering));
  node.sessions()->catch_up();
  const auto ended = node.obtain("ada", Secret("abc123"))->token;
  now_ = now_.load() + 1s;
  const auto expired = node.obtain("ada", Secret("abc123"))->token;
  for (int i = 0; i < 3; ++i)
    for (const auto& token : {ended, expired}) EXPECT_EQ(doors(node, token), open_);
  ASSERT_TRUE(node.sessions()->logout(ended, Logout::this_one, {}));
  EXPECT_EQ(doors(node, ended), revoked_);
  EXPECT_EQ(doors(node, expired), open_);
  now_ = now_.load() + 301s;
  EXPECT_EQ(doors(node, expired), all(jose::TokenErrc::expired));
  auto forged = expired;
  forged[forged.size() - 5] ^= 1;
  EXPECT_FALSE(node.authenticate(forged));
}

TEST_P(SessionsTest, AfterARestoreNobodyIsInAtAnyNode) {
  const auto token = log_in();
  log_->begin_anew(now_);
  here().catch_up();
  there().catch_up();
  EXPECT_EQ(doors(node_, token), revoked_);
  EXPECT_EQ(doors(other_, token), revoked_);
  now_ = now_.load() + 1s;
  EXPECT_EQ(doors(node_, log_in()), open_);
}

TEST_P(SessionsTest, BlacklistingEndsTheWholeChain) {
  const auto first = log_in();
  now_ = now_.load() + 1s;
  const auto second = node_.refresh(first)->token;
  ASSERT_TRUE(here().blacklist(ada_, second, {}));
  EXPECT_EQ(doors(node_, first), revoked_);
  EXPECT_EQ(doors(node_, second), revoked_);
}

TEST_P(SessionsTest, NobodyBlacklistsTheTokenOfAnother) {
  const auto bob = add("bob");
  const auto token = log_in();
  EXPECT_EQ(why(here().blacklist(bob, token, {})), AuthErrc::user_not_found);
  EXPECT_EQ(doors(node_, token), open_);
}

TEST_P(SessionsTest, WhileNothingIsKnownOfRevocationsNoGoodTokenIsLetIn) {
  const auto token = log_in();
  Service fresh(parts(test::settings_of(GetParam())));
  EXPECT_THROW(static_cast<void>(fresh.authenticate(token)), RevocationsUnknown);
  EXPECT_THROW(static_cast<void>(fresh.verify(token)), RevocationsUnknown);
  EXPECT_THROW(static_cast<void>(fresh.refresh(token)), RevocationsUnknown);
  EXPECT_EQ(why(fresh.authenticate("a.b.c")), jose::TokenErrc::malformed);
  fresh.sessions()->catch_up();
  EXPECT_EQ(doors(fresh, token), open_);
  fresh.sessions()->lose_track();
  EXPECT_THROW(static_cast<void>(fresh.authenticate(token)), RevocationsUnknown);
}

TEST_P(SessionsTest, ARevocationIsKeptUntilNoTokenOfTheSessionLives) {
  auto settings = test::settings_of(GetParam());
  settings.leeway = 30s;
  Service node(parts(settings));
  node.sessions()->catch_up();
  const auto token = node.obtain("ada", Secret("abc123"))->token;
  const auto revoked_at = now_.load();
  ASSERT_TRUE(node.sessions()->logout(token, Logout::this_one, {}));
  for (const auto& [later, expected] :
       {std::pair{330s, make_error_code(AuthErrc::token_revoked)},
        std::pair{500s, make_error_code(jose::TokenErrc::expired)}}) {
    now_ = revoked_at + later;
    node.sessions()->tidy();
    EXPECT_EQ(why(node.authenticate(token)), expected) << later.count();
  }
  EXPECT_EQ(node.sessions()->report().entries, 0u);
  EXPECT_TRUE(log_->read(0, 10).empty());
}

TEST_P(SessionsTest, TokensThatAHandlerLetsLiveLongerAreOutlivedToo) {
  for (const bool endless : {false, true}) {
    auto with_handler = parts(test::settings_of(GetParam()));
    const auto payload = with_handler.handlers.payload;
    with_handler.handlers.payload = [&, endless](const User& user, const Issuing& issuing) {
      Json claims = payload(user, issuing);
      if (endless) claims.erase("exp");
      else claims.set("exp", (issuing.now + 24h).time_since_epoch().count());
      return claims;
    };
    Service node(std::move(with_handler));
    node.sessions()->catch_up();
    now_ = now_.load() + 1s;
    const auto token = node.obtain("ada", Secret("abc123"))->token;
    // Whoever changes the user knows nothing of the handler, but the store has been told.
    users_->set_password(ada_.id, ada_.password + "x");
    users_->set_password(ada_.id, ada_.password);
    now_ = now_.load() + 23h;
    node.sessions()->catch_up();
    node.sessions()->tidy();
    EXPECT_EQ(why(node.authenticate(token)), AuthErrc::token_revoked) << endless;
  }
}

TEST_P(SessionsTest, WhatDjangoBesideRefreshesStaysEnded) {
  auto beside = parts(test::settings_of(GetParam()));
  beside.sessions->others_refresh = true;
  Service node(std::move(beside));
  node.sessions()->catch_up();
  // Not a session of ours knows: it goes on refreshing what was ended here.
  Service django({.settings = test::settings_of(GetParam()), .users = *users_, .clock = [this] {
                    return now_.load();
                  }});
  auto token = node.obtain("ada", Secret("abc123"))->token;
  ASSERT_TRUE(node.sessions()->logout(token, Logout::this_one, {}));
  for (int hours = 0; hours < 7 * 24; ++hours) {
    for (int minutes = 0; minutes < 60; minutes += 4) {
      now_ = now_.load() + 4min;
      token = django.refresh(token).value().token;
    }
    node.sessions()->tidy();
    ASSERT_EQ(why(node.authenticate(token)), AuthErrc::token_revoked) << hours;
  }
  now_ = now_.load() + 24h;
  node.sessions()->tidy();
  EXPECT_EQ(node.sessions()->report().entries, 0u);
}

TEST_P(SessionsTest, DoorsWriteNothingAndSeenSessionsAreNotedTogether) {
  const auto token = log_in();
  const auto opened = now_.load();
  now_ = opened + 100s;
  const auto fresh = node_.refresh(token)->token;
  ASSERT_TRUE(node_.authenticate(fresh));
  EXPECT_EQ(here().list(ada_.id)[0].last_seen, opened);
  here().write_seen();
  const auto session = here().list(ada_.id).at(0);
  EXPECT_EQ(session.last_seen, opened + 100s);
  EXPECT_EQ(session.idle_limit, opened + 100s + 5min);
  EXPECT_EQ(session.client.address, "192.0.2.1");
}

TEST_P(SessionsTest, ATokenWithoutOrigIatIsASessionOfItsOwn) {
  auto settings = test::settings_of(GetParam());
  settings.allow_refresh = false;
  Service node(parts(settings));
  node.sessions()->catch_up();
  const auto one = node.obtain("ada", Secret("abc123"))->token;
  now_ = now_.load() + 1s;
  const auto two = node.obtain("ada", Secret("abc123"))->token;
  ASSERT_TRUE(node.sessions()->logout(one, Logout::this_one, {}));
  EXPECT_EQ(why(node.authenticate(one)), AuthErrc::token_revoked);
  EXPECT_TRUE(node.authenticate(two));
  ASSERT_TRUE(node.sessions()->logout(two, Logout::all, {}));
  EXPECT_EQ(why(node.authenticate(two)), AuthErrc::token_revoked);
}

TEST_P(SessionsTest, FailedLoginsAreRecordedTogetherAndNotWithoutBound) {
  for (std::size_t i = 0; i < Sessions::most_failed_logins + 3; ++i)
    EXPECT_FALSE(node_.obtain("ada", Secret("wrong")));
  EXPECT_TRUE(events().empty());
  here().write_seen();
  const auto lines = audit_->read_audit(0, 1000);
  ASSERT_EQ(lines.size(), Sessions::most_failed_logins + 1);
  EXPECT_EQ(*parse_json(lines.front().text).value().find("user"), Json("ada"));
  EXPECT_EQ(*parse_json(lines.back().text).value().find("reason"), Json("and 3 more"));
  here().write_seen();
  EXPECT_EQ(events().size(), lines.size());
}

TEST_P(SessionsTest, AnImpersonationSaysWhoDidIt) {
  ASSERT_TRUE(node_.impersonate(ada_.id, {.username = "root"}));
  const auto line = parse_json(audit_->read_audit(0, 10).at(0).text).value();
  EXPECT_EQ(*line.find("event"), Json("impersonation"));
  EXPECT_EQ(*line.find("user"), Json("ada"));
  EXPECT_EQ(*line.find("by"), Json("root"));
}

TEST_P(SessionsTest, MoreSessionsThanAreListedCanBeEnded) {
  const auto kept = log_in();
  const Session last{.id = Fingerprint::of({"last"}),
                     .user = ada_.id,
                     .created = now_.load(),
                     .last_seen = now_.load() - 1h};
  store_->open(last, "");
  for (int i = 0; i < 1000; ++i) {
    auto other = last;
    other.id = Fingerprint::of({std::to_string(i)});
    other.last_seen = now_;
    store_->open(other, "");
  }
  EXPECT_TRUE(here().end(ada_, last.id, {}));
  EXPECT_EQ(here().logout(kept, Logout::others, {}).value(), 1000u);
  EXPECT_EQ(here().list(ada_.id).size(), 1u);
  EXPECT_EQ(doors(node_, kept), open_);
}

TEST_P(SessionsTest, ATokenThatARefreshMadeIsOutlivedByTheEndOfItsSession) {
  const auto first = log_in();
  now_ = now_.load() + 299s;
  const auto fresh = node_.refresh(first)->token;
  // Its login has ended, as far as the store has heard.
  now_ = now_.load() + 200s;
  const auto other = node_.refresh(fresh)->token;
  EXPECT_EQ(here().logout(log_in(), Logout::others, {}).value(), 1u);
  EXPECT_EQ(doors(node_, other), revoked_);
}

TEST_P(SessionsTest, NoTokenAndNoPasswordIsEverInTheAuditLog) {
  const auto token = log_in();
  const auto second = node_.refresh(token)->token;
  EXPECT_FALSE(node_.obtain("ada", Secret("wrong-password")));
  // Typed into the wrong field.
  EXPECT_FALSE(node_.obtain("wrong-password", Secret("ada")));
  here().write_seen();
  ASSERT_TRUE(here().blacklist(ada_, second, {}));
  for (const auto& line : audit_->read_audit(0, 100))
    for (const auto& secret : {token, second, token.substr(token.rfind('.')), std::string("abc123"),
                               std::string("wrong-password"), ada_.password})
      EXPECT_EQ(line.text.find(secret), std::string::npos) << line.text;
}

TEST_P(SessionsTest, LogoutAgainstRefreshLeavesNoLiveToken) {
  for (int round = 0; round < 300; ++round) {
    now_ = now_.load() + 1s;
    const auto token = log_in();
    std::string fresh;
    std::latch start(2);
    {
      std::jthread refreshing([&] {
        start.arrive_and_wait();
        if (auto grant = node_.refresh(token)) fresh = grant->token;
      });
      std::jthread leaving([&] {
        start.arrive_and_wait();
        EXPECT_TRUE(here().logout(token, Logout::this_one, {}));
      });
    }
    EXPECT_EQ(why(node_.authenticate(token)), AuthErrc::token_revoked);
    if (fresh.empty()) continue;
    EXPECT_EQ(why(node_.authenticate(fresh)), AuthErrc::token_revoked);
  }
}

}  // namespace
}  // namespace restjwt::auth
