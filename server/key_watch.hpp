#pragma once
// Keeps the keys of a running Service those of the store.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include <restjwt/auth/service.hpp>

#include "server/log.hpp"

namespace restjwt::server {

/// Looks at the store's version about twice a second, on a thread of its own, and gives the Service
/// the keys when it has moved. Where they cannot be read or used, the old keys stay, which is said
/// once for each reason, and to whoever asks. Logs names and states, never a key. Everything must
/// outlive it.
class KeyWatch {
 public:
  /// `schedule`: what the Service has now. `version`: the store's, from before that was read.
  KeyWatch(auth::KeyStore& store, auth::Service& service, const auth::KeySchedule& schedule,
           std::string version, Clock clock, Log& log,
           std::chrono::milliseconds interval = std::chrono::milliseconds{500});

  /// Reads the keys as soon as it can, whatever their version.
  void look_now();

 private:
  void run(std::stop_token stop);
  void look(bool asked);
  void tell_replaced(const auth::KeySchedule& schedule);
  void tell_states();

  auth::KeyStore& store_;
  auth::Service& service_;
  auth::KeySchedule schedule_;
  std::string version_;
  Clock clock_;
  Log& log_;
  std::chrono::milliseconds interval_;
  std::string told_{};
  std::string failure_{};  ///< why the last look failed; empty: it did not
  bool asked_ = false;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace restjwt::server
