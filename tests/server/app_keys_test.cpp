// The whole server with keys that take turns, over sockets.

#include <atomic>
#include <thread>
#include <vector>

#include <restjwt/jose/unverified.hpp>

#include "server/app_fixture.hpp"
#include "server/key_store.hpp"
#include "support/scheduled_keys.hpp"

namespace restjwt::test {
namespace {

using namespace std::chrono_literals;
using auth::KeySchedule;

class AppKeys : public AppTest {
 protected:
  AppKeys() {
    config_.auth.secret_key = {};
    config_.keys.directory = folder_.path() / "keys";
    store_ = server::open_key_store(config_);
    change([&](const KeySchedule& keys) {
      return keys.add(new_key("a"), jose::Algorithm::Ed25519, now(), rules());
    });
  }

  TimePoint now() const { return TimePoint(std::chrono::seconds(now_.load())); }
  auth::RotationRules rules() const { return server::rotation_rules(config_); }

  void change(const std::function<KeySchedule::Changed(const KeySchedule&)>& change) {
    const auto changed = store_->change(change);
    ASSERT_TRUE(changed) << changed.error().code.message();
  }
  /// And waits until the server has it: what is tested is that it does, not how fast.
  void rotate(const std::string& made) {
    change([&](const KeySchedule& keys) {
      return keys.rotate(now(), rules(), [&] { return new_key(made); });
    });
    app_->reload_keys();
    while (!publishes(made)) std::this_thread::yield();
  }
  http::Response get(std::string_view path) { return ask(request_text("GET", path)); }
  bool publishes(const std::string& kid) {
    return get("/.well-known/jwks.json").body.find("\"kid\":\"" + kid + "\"") != std::string::npos;
  }
  static std::string kid_of(std::string_view token) {
    return jose::peek(token, 16'384).value().header.find("kid")->as_string();
  }

  std::unique_ptr<auth::KeyStore> store_;
};

TEST_F(AppKeys, TokensNameTheKeyThatSignedThem) {
  start();
  const auto token = login();
  EXPECT_EQ(kid_of(token), "a");
  EXPECT_EQ(verify(token).status, 200);
}

TEST_F(AppKeys, WithoutAKeyTheServerDoesNotStartAndSaysWhatToDo) {
  config_.keys.directory = folder_.path() / "empty";
  try {
    start();
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("restjwt keys generate"), std::string::npos);
  }
}

TEST_F(AppKeys, KeysThatOthersMayReadAreRefusedAtTheStart) {
  std::filesystem::permissions(config_.keys.directory, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  EXPECT_THROW(start(), std::invalid_argument);
}

TEST_F(AppKeys, TheMetadataLeadToTheKeys) {
  config_.auth.issuer = "http://127.0.0.1:8000";
  config_.keys.cache_max_age = 60s;
  start();
  EXPECT_EQ(get("/.well-known/openid-configuration").body,
            R"({"issuer":"http://127.0.0.1:8000",)"
            R"("jwks_uri":"http://127.0.0.1:8000/.well-known/jwks.json"})");
  EXPECT_EQ(get("/.well-known/jwks.json").headers.find("Cache-Control"), "public, max-age=60");
}

TEST_F(AppKeys, AnAnswerWithoutABodySaysSoOnTheWire) {
  start();
  const auto tag = std::string(get("/.well-known/jwks.json").headers.find("ETag").value());
  const auto answer =
      ask(request_text("GET", "/.well-known/jwks.json", "If-None-Match: " + tag + "\r\n"));
  EXPECT_EQ(answer.status, 304);
  EXPECT_EQ(answer.body, "");
  EXPECT_FALSE(answer.headers.find("Content-Length"));
}

TEST_F(AppKeys, WithoutKeysThatTakeTurnsReloadingDoesNothing) {
  config_.keys = {};
  config_.auth = test_settings();
  start();
  app_->reload_keys();
  EXPECT_EQ(get("/.well-known/jwks.json").body, R"({"keys":[]})");
  EXPECT_EQ(verify(login()).status, 200);
}

TEST_F(AppKeys, TokensFromBeforeTheFirstRotationVerifyWhileTheirSecretIsThere) {
  config_.auth.secret_key = Secret(secret_text);
  start();
  EXPECT_EQ(verify(minted(Json::object({{"user_id", 1}}))).status, 200);
  EXPECT_EQ(kid_of(login()), "a");
}

/// A client that refreshes its token and uses it, all the time.
class Client {
 public:
  explicit Client(std::uint16_t port, std::string token)
      : port_(port), token_(std::move(token)), thread_([this](std::stop_token stop) {
          while (!stop.stop_requested()) go_round();
        }) {}

  /// Until it has been all round once more.
  void wait_for_a_round() {
    for (int seen = rounds_, enough = seen + 2; seen < enough; seen = rounds_) rounds_.wait(seen);
  }
  int refused() const { return refused_; }
  /// Tokens by a key that was not published yet when the token was asked for.
  int surprised() const { return surprised_; }

 private:
  void go_round() {
    const auto published =
        test::exchange(port_, request_text("GET", "/.well-known/jwks.json")).body;
    const Json body = Json::object({{"token", token_}});
    const auto fresh = test::exchange(port_, json_post("/api-token-refresh/", body));
    const auto old = test::exchange(port_, json_post("/api-token-verify/", body));
    const auto entered =
        test::exchange(port_, request_text("GET", "/protected-url/", authorization(token_)));
    for (const auto& answer : {fresh, old, entered}) refused_ += answer.status != 200;
    if (fresh.status == 200) {
      token_ = token_of(fresh);
      const auto header = jose::peek(token_, 16'384).value().header;
      surprised_ += published.find(to_text(*header.find("kid"))) == std::string::npos;
    }
    ++rounds_;
    rounds_.notify_all();
  }

  std::uint16_t port_;
  std::string token_;
  std::atomic<int> rounds_ = 0, refused_ = 0, surprised_ = 0;
  std::jthread thread_;
};

TEST_F(AppKeys, RotatingAndRetiringDisturbNobody) {
  config_.keys.publication_period = 100s;
  config_.http.io_threads = 2;
  start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(std::make_unique<Client>(app_->port(), login()));
  const auto let_pass = [&](int seconds) {
    for (int step = 20; seconds > 0; seconds -= step) {
      now_ += step;
      for (const auto& client : clients) client->wait_for_a_round();
    }
  };

  std::string old = "a";
  for (const std::string next : {"b", "c", "d"}) {
    rotate(next);
    EXPECT_EQ(kid_of(login()), old);  // published, and does not sign yet
    let_pass(100);
    EXPECT_EQ(kid_of(login()), next);
    let_pass(380);  // the life of the last token, and the margin
    change([&](const KeySchedule& keys) { return keys.retire(old, now(), rules()); });
    app_->reload_keys();
    while (publishes(old)) std::this_thread::yield();
    let_pass(20);
    old = next;
  }
  for (const auto& client : clients) {
    EXPECT_EQ(client->refused(), 0);
    EXPECT_EQ(client->surprised(), 0);
  }
  clients.clear();
}

}  // namespace
}  // namespace restjwt::test
