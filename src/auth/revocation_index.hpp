#pragma once
// All revocations that are in force, in memory: what every authentication looks up.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include <restjwt/auth/revocation.hpp>

#include "auth/sharded_map.hpp"

namespace restjwt::auth {

/// By what a token can be revoked. A fingerprint is only needed while any() is revoked by it.
struct TokenMarks {
  std::optional<Fingerprint> token{};
  std::optional<Fingerprint> session{};
  const UserId& user;
  std::string_view kid{};
  /// When its session began.
  TimePoint began{};
};

/// Safe from many threads at once. What add() took in counts for every call that begins when it has
/// returned.
class RevocationIndex {
 public:
  using Kind = Revocation::Kind;

  /// Taking the same in twice changes nothing.
  void add(const Revocation& revocation);
  bool revokes(const TokenMarks& marks) const;
  /// Cheap: to be asked before anything is computed.
  bool any(Kind kind) const noexcept {
    return present_[static_cast<std::size_t>(kind)].load(std::memory_order_acquire);
  }

  /// Forgets what has ended before `now`.
  void purge(TimePoint now);
  std::size_t size() const;
  /// Memory that the entries take, roughly.
  std::size_t bytes() const;

 private:
  /// Seconds since 1970; the highest number: never.
  using Until = std::int64_t;
  struct Limit {
    std::int64_t not_before = 0;
    Until until = 0;
  };
  struct HashNumber {
    /// Spread over all bits, which std::hash does not do.
    std::size_t operator()(std::int64_t number) const noexcept {
      return static_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15U;
    }
  };
  using Fingerprints = ShardedMap<Fingerprint, Until, std::hash<Fingerprint>>;

  std::optional<Limit> limit_of(const UserId& user) const;
  bool ends(const Limit& limit, TimePoint began) const;
  void note(Kind kind, bool present) noexcept;

  Fingerprints tokens_{};
  Fingerprints sessions_{};
  // A UserId as the key would take more than twice as much, and a text memory of its own.
  ShardedMap<std::int64_t, Limit, HashNumber> numbered_users_{};
  ShardedMap<Fingerprint, Limit, std::hash<Fingerprint>> named_users_{};
  mutable std::shared_mutex few_{};  // of the two below
  std::map<std::string, Until, std::less<>> keys_{};
  Limit everyone_{};
  std::array<std::atomic<bool>, 5> present_{};
};

}  // namespace restjwt::auth
