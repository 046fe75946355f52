#pragma once
// Asks our side about what the old server has answered already, behind the client's back: whatever
// happens here, and however long it takes, no client waits for it.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "cli/migrate/shadow_client.hpp"
#include "cli/migrate/shadow_report.hpp"

namespace restjwt::cli::migrate {

class Beside {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  /// `report` must outlive it. `time`: how long our side may take for an answer.
  Beside(Peer ours, Report& report, std::chrono::milliseconds time = std::chrono::seconds(10));
  /// Compares what still waits, for some seconds.
  ~Beside();

  /// Returns at once. What finds the queue full is counted as not compared.
  void compare(http::Request request, Reply old, Instant asked);

 private:
  struct Job {
    http::Request request;
    Reply old;
    Instant asked;
    std::size_t size() const;
  };
  void work();
  void run(Job job);

  const Peer ours_;
  const std::chrono::milliseconds time_;
  Report& report_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  std::size_t bytes_ = 0;
  bool ending_ = false;
  Instant give_up_ = Instant::max();
  std::vector<std::thread> threads_;
};

}  // namespace restjwt::cli::migrate
