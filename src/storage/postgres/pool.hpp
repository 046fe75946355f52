#pragma once
// Connections, lent to one thread at a time.

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "storage/postgres/connection.hpp"

namespace restjwt::storage::postgres {

/// How long nobody tries again after so many failures, one after the other: from a tenth of a
/// second, doubled each time, up to two seconds.
std::chrono::milliseconds pause_after(unsigned failures) noexcept;

/// Safe from many threads at once. Outlives everything it has lent.
class Pool {
 public:
  Pool(ConnectionInfo info, unsigned size) : info_(std::move(info)), size_(size) {}

  struct GiveBack {
    Pool* pool;
    void operator()(Connection* connection) const { pool->give_back(connection); }
  };
  using Lease = std::unique_ptr<Connection, GiveBack>;

  /// One that is idle, or a new one, or waits until one is given back. Throws StoreError when the
  /// database is not there, at once while it would be too early to try again, and when all are in
  /// use for the lock time-out.
  Lease take();

  const ConnectionInfo& info() const noexcept { return info_; }

 private:
  using Time = std::chrono::steady_clock::time_point;

  std::unique_ptr<Connection> idle_one();
  std::unique_ptr<Connection> connect(std::unique_lock<std::mutex>& lock);
  void give_back(Connection* connection);

  const ConnectionInfo info_;
  const unsigned size_;
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::vector<std::unique_ptr<Connection>> idle_{};
  unsigned open_ = 0;  // idle, lent or being made
  unsigned failures_ = 0;
  bool trying_again_ = false;
  Time next_try_{};
  std::string last_failure_{};
};

}  // namespace restjwt::storage::postgres
