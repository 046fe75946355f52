#pragma once
// What every store of failed logins promises.

#include "storage/session_conformance.hpp"

namespace restjwt::storage {

class ThrottleStoreTest : public DatabaseTest {
 protected:
  void fail(const auth::ThrottleBucket& bucket, TimePoint now, int times = 1);
  std::optional<TimePoint> banned(const auth::ThrottleBucket& who, TimePoint now) {
    return throttle_.find(who, now).until;
  }
  std::vector<std::string> audit_lines();

  auth::ThrottleStore& throttle_ = *opened_.throttle;
};

}  // namespace restjwt::storage
