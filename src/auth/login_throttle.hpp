#pragma once
// Whether a login may be tried, and what came of it.

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <restjwt/auth/throttle.hpp>
#include <restjwt/auth/user.hpp>

namespace restjwt::auth {

/// Safe from many threads at once.
class LoginThrottle {
 public:
  explicit LoginThrottle(const ThrottleParts& parts);

  struct Attempt {
    ThrottleBucket who{};
    Standing standing{};
  };
  /// To be asked before a password is hashed; of a name that nobody has no less (`user` is null),
  /// which costs the same. Throws Throttled.
  Attempt admit(const User* user, std::string_view username, const Client& client, TimePoint now);
  /// For whoever was refused too often in a minute: how long he is still.
  std::optional<std::chrono::seconds> turned_away(const Client& client, TimePoint now);
  /// `name`: of the user, "" where nobody has that name. `audited`: a ban is to be recorded.
  void fail(const Attempt& attempt, std::string_view name, const Client& client, TimePoint now,
            bool audited) const;
  void succeed(const Attempt& attempt, TimePoint now) const;
  void tidy(TimePoint now) const;

 private:
  ThrottleStore& store_;
  const ThrottleSettings settings_;
  const std::string salt_;

  /// Refusals of one address, so that a crowd of them asks no store and waits in no queue.
  struct Refusals {
    TimePoint since{};
    unsigned count = 0;
    TimePoint until{};
  };
  std::string address_of(const Client& client) const;
  void note_refusal(const std::string& address, TimePoint until, TimePoint now);
  std::mutex mutex_{};
  std::unordered_map<std::string, Refusals> refusals_{};  // under the lock
  TimePoint swept_{};                                     // under the lock
};

}  // namespace restjwt::auth
