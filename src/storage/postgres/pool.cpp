#include "storage/postgres/pool.hpp"

#include <algorithm>

namespace restjwt::storage::postgres {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

milliseconds pause_after(unsigned failures) noexcept {
  return std::min(milliseconds(100) * (1u << std::min(failures, 10u)) / 2, milliseconds(2000));
}

Pool::Lease Pool::take() {
  const auto deadline = steady_clock::now() + info_.timeouts().lock;
  std::unique_lock lock(mutex_);
  while (true) {
    if (auto connection = idle_one()) return {connection.release(), GiveBack{this}};
    const bool too_early = failures_ > 0 && (trying_again_ || steady_clock::now() < next_try_);
    if (open_ < size_ && !too_early) return {connect(lock).release(), GiveBack{this}};
    // Those that are lent still may be as good as any.
    if (too_early && open_ == 0) throw auth::StoreError(last_failure_);
    if (too_early && trying_again_ && open_ == 1) throw auth::StoreError(last_failure_);
    if (changed_.wait_until(lock, deadline) == std::cv_status::timeout)
      throw auth::StoreError("PostgreSQL: all connections are in use");
  }
}

std::unique_ptr<Connection> Pool::idle_one() {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->is_usable()) return connection;
    --open_;
  }
  return nullptr;
}

std::unique_ptr<Connection> Pool::connect(std::unique_lock<std::mutex>& lock) {
  ++open_;
  const bool again = failures_ > 0;
  if (again) trying_again_ = true;
  lock.unlock();
  try {
    auto connection = std::make_unique<Connection>(info_);
    lock.lock();
    failures_ = 0;
    if (again) trying_again_ = false;
    return connection;
  } catch (const std::exception& error) {
    lock.lock();
    --open_;
    if (again) trying_again_ = false;
    last_failure_ = error.what();
    next_try_ = steady_clock::now() + pause_after(++failures_);
    changed_.notify_all();
    throw;
  }
}

void Pool::give_back(Connection* connection) {
  std::unique_ptr<Connection> returned(connection);
  const bool usable = returned->is_usable();
  {
    const std::lock_guard lock(mutex_);
    if (usable) idle_.push_back(std::move(returned));
    else --open_;
  }
  changed_.notify_one();
}

}  // namespace restjwt::storage::postgres
