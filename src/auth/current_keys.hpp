#pragma once
// The ring of keys that is in use now.

#include <memory>
#include <mutex>
#include <utility>

#include "auth/key_ring.hpp"

namespace restjwt::auth {

/// Safe from many threads at once. A mutex, held for the copy of a pointer: the load of libstdc++
/// 12's std::atomic<std::shared_ptr> lets go of its lock without ordering what it read, which
/// ThreadSanitizer reports as a race.
class CurrentKeys {
 public:
  std::shared_ptr<const KeyRing> load() const {
    const std::lock_guard lock(mutex_);
    return ring_;
  }
  void store(std::shared_ptr<const KeyRing> ring) {
    const std::lock_guard lock(mutex_);
    ring_.swap(ring);  // the old one dies outside the lock
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const KeyRing> ring_;
};

}  // namespace restjwt::auth
