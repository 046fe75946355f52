#pragma once
// Tokens that have been verified, remembered, so that RSA, ECDSA and EdDSA are paid once for each
// token and not once for each request (docs/decisions/0014).

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <system_error>
#include <vector>

#include <restjwt/clock.hpp>
#include <restjwt/jose/jwt.hpp>
#include <restjwt/jose/key_set.hpp>
#include <restjwt/jose/validation.hpp>
#include <restjwt/random.hpp>
#include <restjwt/result.hpp>

namespace restjwt::jose {

/// What ends a token before its time, as its keeper sees it.
struct Revocations {
  /// Names the state of what `check` looks at: read before the call, moved on once a change can be
  /// seen, and never the same number for two states.
  std::uint64_t epoch = 0;
  /// Asked about a token that has just been verified; its error is the answer, and the token is not
  /// remembered. Not asked again within an epoch. Empty: nothing ends before its time.
  std::function<std::error_code(const VerifiedToken&)> check{};
};

/// Counted over all shards. A shard has an equal part of it to itself.
struct VerifiedTokenLimits {
  /// Not below `shards`.
  std::size_t entries = 10'000;
  /// With everything that belongs to an entry, some 3 KiB for a token of usual size. A token that
  /// needs more than its shard may have is not remembered.
  std::size_t bytes = 32 * 1024 * 1024;
  /// At least 1. Threads wait for each other only within one.
  std::size_t shards = 16;
};

/// Where a token is looked for. Equal numbers for two tokens cost verifications, never a wrong
/// answer.
using TokenHash = std::function<std::uint64_t(std::string_view)>;
/// XXH3 with a secret of its own, so that nobody who does not know it can aim at equal numbers.
TokenHash secret_token_hash(const RandomBytes& random);

/// Gives the answers of decode(), for tokens of RS*, PS*, ES* and EdDSA mostly from memory. All
/// members are safe from many threads at once.
///
/// An answer from memory needs the same text, a copy of the same KeySet, equal rules and the same
/// revocation epoch; its claims are checked again against `now`. So it is the answer decode() would
/// give, whichever way clock, keys, rules and revocations move. Refusals are not remembered, nor
/// are tokens of HS*, which verify about as fast.
///
/// A token is remembered when it comes for the second time, so those that come once cost no place,
/// and eviction is SIEVE, so a flood of others does not push out those in use. Of one token one
/// answer is remembered: who asks under two sets of rules by turns makes two caches.
class VerifiedTokenCache {
 public:
  /// Throws std::invalid_argument for limits that are none.
  explicit VerifiedTokenCache(VerifiedTokenLimits limits = {},
                              TokenHash hash = secret_token_hash(system_random()));
  VerifiedTokenCache(const VerifiedTokenCache&) = delete;
  VerifiedTokenCache& operator=(const VerifiedTokenCache&) = delete;
  ~VerifiedTokenCache();

  /// As jose::decode(), then `revocations`. What it gives is shared, not copied, and outlives its
  /// place in the cache; the token's text is wiped when both have ended.
  Result<std::shared_ptr<const VerifiedToken>> decode(std::string_view token, const KeySet& keys,
                                                      const Validation& rules, TimePoint now,
                                                      const Revocations& revocations = {});

  struct Usage {
    std::size_t entries = 0;
    std::size_t bytes = 0;
    std::uint64_t hits = 0;    ///< calls answered from memory
    std::uint64_t misses = 0;  ///< all others
  };
  Usage usage() const;

 private:
  struct Entry;
  class Shard;
  Shard& shard_of(std::uint64_t hash) const;

  TokenHash hash_;
  std::vector<std::unique_ptr<Shard>> shards_{};
};

}  // namespace restjwt::jose
