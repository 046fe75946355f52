#include "server/pool.hpp"

#include <atomic>
#include <future>
#include <stdexcept>

#include <gtest/gtest.h>

namespace restjwt::server {
namespace {

/// A pool of one thread that is held in a task until release().
struct HeldPool {
  explicit HeldPool(std::size_t queue_limit) : pool(1, queue_limit) {
    std::promise<void> begun;
    EXPECT_TRUE(pool.try_post([&, wait = gate.get_future().share()] {
      begun.set_value();
      wait.wait();
    }));
    begun.get_future().wait();
  }
  void release() { gate.set_value(); }

  std::promise<void> gate{};
  Pool pool;
};

TEST(Pool, RunsATask) {
  Pool pool(2, 8, Pool::Priority::background);
  std::promise<int> answer;
  ASSERT_TRUE(pool.try_post([&] { answer.set_value(42); }));
  EXPECT_EQ(answer.get_future().get(), 42);
}

TEST(Pool, AFullQueueRefusesAtOnce) {
  HeldPool held(2);
  EXPECT_TRUE(held.pool.try_post([] {}));
  EXPECT_TRUE(held.pool.try_post([] {}));
  EXPECT_FALSE(held.pool.try_post([] {}));
  held.release();
}

TEST(Pool, WithoutAQueueAFreeThreadStillTakesATask) {
  HeldPool held(0);
  EXPECT_FALSE(held.pool.try_post([] {}));
  held.release();
}

TEST(Pool, StopRunsWhatWasAccepted) {
  HeldPool held(8);
  std::atomic<int> ran = 0;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(held.pool.try_post([&] { ++ran; }));
  held.release();
  held.pool.stop();
  EXPECT_EQ(ran, 5);
}

TEST(Pool, DiscardForgetsWhatHasNotBegun) {
  HeldPool held(8);
  std::atomic<int> ran = 0;
  ASSERT_TRUE(held.pool.try_post([&] { ++ran; }));
  held.pool.discard();
  held.release();
  held.pool.stop();
  EXPECT_EQ(ran, 0);
}

TEST(Pool, AStoppedPoolRefuses) {
  Pool pool(1, 8);
  pool.stop();
  EXPECT_FALSE(pool.try_post([] {}));
}

TEST(Pool, ATaskThatThrowsDoesNotTakeItsThreadAlong) {
  Pool pool(1, 8);
  ASSERT_TRUE(pool.try_post([] { throw std::runtime_error("x"); }));
  std::promise<void> next;
  ASSERT_TRUE(pool.try_post([&] { next.set_value(); }));
  next.get_future().wait();
}

}  // namespace
}  // namespace restjwt::server
