#pragma once
// A fixed number of threads and a bounded queue in front of them: what may wait (the store) or
// takes long (password hashes) runs here and never on a thread that serves sockets
// (docs/decisions/0004).

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace restjwt::server {

class Pool {
 public:
  enum class Priority {
    normal,
    background,  ///< gives way to every other thread of the process
  };

  /// At least one thread. `queue_limit` counts tasks that wait, not those that run.
  Pool(unsigned threads, std::size_t queue_limit, Priority priority = Priority::normal);
  /// Calls stop().
  ~Pool();

  /// False, at once and without effect, when the queue is full or the pool has been stopped. A task
  /// that throws ends, its thread goes on.
  bool try_post(std::function<void()> task);

  /// Forgets the tasks that have not begun.
  void discard();
  /// Takes no more tasks, runs what was accepted, returns when all threads are gone.
  void stop();

 private:
  void run(Priority priority);
  /// Nothing: stopped, and the queue is empty.
  std::function<void()> take();

  const std::size_t queue_limit_;
  std::mutex mutex_;
  std::condition_variable work_or_stop_;
  std::deque<std::function<void()>> queue_;
  bool stopped_ = false;
  std::size_t idle_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace restjwt::server
