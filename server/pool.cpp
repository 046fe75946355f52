#include "server/pool.hpp"

#include <algorithm>

#include <sys/resource.h>
#include <unistd.h>

namespace restjwt::server {

namespace {

// Linux counts niceness per thread, although POSIX says per process (setpriority(2)).
void be_nice() noexcept { (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10); }

}  // namespace

Pool::Pool(unsigned threads, std::size_t queue_limit, Priority priority)
    : queue_limit_(queue_limit) {
  const auto count = std::max(threads, 1U);
  idle_ = count;
  threads_.reserve(count);
  try {
    for (unsigned i = 0; i < count; ++i) threads_.emplace_back([this, priority] { run(priority); });
  } catch (...) {  // the system has no more threads for us; those that run must end
    stop();
    throw;
  }
}

Pool::~Pool() { stop(); }

bool Pool::try_post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || queue_.size() >= queue_limit_ + idle_) return false;
    queue_.push_back(std::move(task));
  }
  work_or_stop_.notify_one();
  return true;
}

void Pool::discard() {
  std::deque<std::function<void()>> forgotten;  // declared first: destroyed without the lock
  const std::lock_guard lock(mutex_);
  forgotten.swap(queue_);
}

void Pool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  work_or_stop_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void Pool::run(Priority priority) {
  if (priority == Priority::background) be_nice();
  while (auto task = take()) {
    try {
      task();
    } catch (...) {  // NOLINT: whoever waits for the task has to see to its errors
    }
    task = nullptr;  // what it holds goes before the thread counts as idle
    const std::lock_guard lock(mutex_);
    ++idle_;
  }
}

std::function<void()> Pool::take() {
  std::unique_lock lock(mutex_);
  work_or_stop_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
  if (queue_.empty()) return nullptr;
  auto task = std::move(queue_.front());
  queue_.pop_front();
  --idle_;
  return task;
}

}  // namespace restjwt::server
