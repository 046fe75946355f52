#pragma once
// Keeps the directory of users true when another process changes the table.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <restjwt/auth/directory.hpp>

#include "server/log.hpp"

namespace restjwt::server {

/// Asks the store's change counter a few times a second, on a thread of its own, and lets the
/// directory forget when it has moved or cannot be read. Everything must outlive it.
class DirectoryWatch {
 public:
  DirectoryWatch(auth::UserStore& users, auth::UserDirectory& directory, Log& log,
                 std::chrono::milliseconds interval = std::chrono::milliseconds{200});

 private:
  void run(std::stop_token stop);
  void look();

  auth::UserStore& users_;
  auth::UserDirectory& directory_;
  Log& log_;
  std::chrono::milliseconds interval_;
  std::int64_t counter_;
  bool failing_ = false;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace restjwt::server
