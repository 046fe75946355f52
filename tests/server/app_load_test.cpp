// More logins than the hashing pool takes: some are turned away at once, and nothing else notices.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <vector>

#include "server/app_fixture.hpp"

namespace restjwt::test {
namespace {

using namespace std::chrono_literals;

/// Holds every login at the point where its password has been found right.
class Gate {
 public:
  Json pass(const auth::User& user, const auth::Issuing& issuing) {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
    return auth::default_payload(user, issuing);
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void refused() {
    const std::lock_guard lock(mutex_);
    ++refused_;
    changed_.notify_all();
  }
  bool wait_for_arrival() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 30s, [&] { return arrived_ > 0; });
  }
  bool wait_for_refusals(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 30s, [&] { return refused_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  int refused_ = 0;
  bool open_ = false;
};

class FullHashingQueue : public AppTest {
 protected:
  /// One login on the only hashing thread, four that come after it; one of them finds room.
  FullHashingQueue() {
    config_.http.hashing_threads = 1;
    config_.http.hashing_queue = 1;
    start({.payload = [this](const auth::User& user, const auth::Issuing& issuing) {
      return gate_.pass(user, issuing);
    }});
    logins_.push_back(login_in_background());
    EXPECT_TRUE(gate_.wait_for_arrival());
    for (int i = 0; i < 4; ++i) logins_.push_back(login_in_background());
    EXPECT_TRUE(gate_.wait_for_refusals(3));
  }
  ~FullHashingQueue() override { finish(); }

  std::vector<http::Response> finish() {
    gate_.open();
    std::vector<http::Response> answers;
    for (auto& login : logins_) answers.push_back(login.get());
    logins_.clear();
    return answers;
  }

 private:
  std::future<http::Response> login_in_background() {
    return std::async(std::launch::async, [this] {
      auto answer = ask(login_request());
      if (answer.status == 503) gate_.refused();
      return answer;
    });
  }

  Gate gate_;
  std::vector<std::future<http::Response>> logins_;
};

TEST_F(FullHashingQueue, Answers503WithRetryAfterInJson) {
  const auto answers = finish();
  const auto refused = std::ranges::find(answers, 503, &http::Response::status);
  ASSERT_NE(refused, answers.end());
  EXPECT_TRUE(refused->headers.find("Retry-After"));
  EXPECT_TRUE(parse_json(refused->body)) << refused->body;
}

TEST_F(FullHashingQueue, ServesThoseThatFoundRoom) {
  const auto answers = finish();
  EXPECT_EQ(std::ranges::count(answers, 200, &http::Response::status), 2);
  EXPECT_EQ(std::ranges::count(answers, 503, &http::Response::status), 3);
}

TEST_F(FullHashingQueue, LeavesTokensUndisturbed) {
  const auto token = minted(Json::object({{"user_id", 1}}));
  const auto answer = ask(request_text("GET", "/protected-url/", authorization(token)));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{\"user\": \"admin\"}");
}

}  // namespace
}  // namespace restjwt::test
