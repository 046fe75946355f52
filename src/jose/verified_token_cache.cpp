#include <restjwt/jose/verified_token_cache.hpp>

#include <array>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#define XXH_INLINE_ALL  // the header alone: nothing to link
#include <xxhash.h>

#include <restjwt/secret.hpp>

#include "jose/sieve.hpp"

namespace restjwt::jose {
namespace {

std::size_t heap_size(const std::string& text) { return text.capacity(); }

std::size_t heap_size(const std::vector<std::string>& texts) {
  std::size_t size = texts.capacity() * sizeof(std::string);
  for (const std::string& text : texts) size += heap_size(text);
  return size;
}

std::size_t heap_size(const Validation& rules) {
  return (rules.issuer ? heap_size(*rules.issuer) : 0) + heap_size(rules.audience) +
         heap_size(rules.required);
}

}  // namespace

TokenHash secret_token_hash(const RandomBytes& random) {
  std::array<std::byte, XXH3_SECRET_DEFAULT_SIZE> secret;
  random(secret);
  return [secret](std::string_view token) {
    return XXH3_64bits_withSecret(token.data(), token.size(), secret.data(), secret.size());
  };
}

/// A token and all that its signature was verified under.
struct VerifiedTokenCache::Entry {
  VerifiedToken token;
  Secret text;
  KeySet::Identity keys;
  Validation rules;
  std::uint64_t epoch;

  /// The text is compared as fast as it goes: nobody gets here with another one unless its keyed
  /// hash is the same, so the time tells nothing.
  bool answers(std::string_view asked_text, const KeySet& asked_keys, const Validation& asked_rules,
               std::uint64_t asked_epoch) const {
    return epoch == asked_epoch && keys.is_of(asked_keys) && text.reveal() == asked_text &&
           rules == asked_rules;
  }

  std::size_t size() const {
    constexpr std::size_t shared = 2 * sizeof(void*);  // what std::make_shared adds
    return shared + sizeof(Entry) + text.size() + token.claims().members().heap_size() +
           heap_size(rules);
  }
};

class alignas(64) VerifiedTokenCache::Shard {  // no two in one cache line
 public:
  using SharedEntry = std::shared_ptr<const Entry>;

  Shard(std::size_t entries, std::size_t bytes) : entries_(entries, bytes) {}

  SharedEntry find(std::uint64_t hash) {
    const std::lock_guard lock(mutex_);
    const SharedEntry* entry = entries_.find(hash);
    return entry ? *entry : nullptr;
  }

  bool admits(std::uint64_t hash) {
    const std::lock_guard lock(mutex_);
    return entries_.admits(hash);
  }

  void put(std::uint64_t hash, SharedEntry entry) {
    const std::size_t size = entry->size();
    const std::lock_guard lock(mutex_);
    entries_.put(hash, std::move(entry), size);
  }

  void count(bool hit) { (hit ? hits_ : misses_).fetch_add(1, std::memory_order_relaxed); }

  void add_to(Usage& usage) const {
    usage.hits += hits_.load(std::memory_order_relaxed);
    usage.misses += misses_.load(std::memory_order_relaxed);
    const std::lock_guard lock(mutex_);
    usage.entries += entries_.size();
    usage.bytes += entries_.bytes();
  }

 private:
  mutable std::mutex mutex_{};
  Sieve<SharedEntry> entries_;
  std::atomic<std::uint64_t> hits_ = 0;
  std::atomic<std::uint64_t> misses_ = 0;
};

VerifiedTokenCache::VerifiedTokenCache(VerifiedTokenLimits limits, TokenHash hash)
    : hash_(std::move(hash)) {
  if (limits.shards == 0 || limits.entries < limits.shards)
    throw std::invalid_argument("a cache of tokens has one shard or more, and an entry in each");
  for (std::size_t i = 0; i < limits.shards; ++i)
    shards_.push_back(
        std::make_unique<Shard>(limits.entries / limits.shards, limits.bytes / limits.shards));
}

VerifiedTokenCache::~VerifiedTokenCache() = default;

/// By the upper half: the lower one finds the place in the shard.
VerifiedTokenCache::Shard& VerifiedTokenCache::shard_of(std::uint64_t hash) const {
  return *shards_[(hash >> 32) % shards_.size()];
}

Result<std::shared_ptr<const VerifiedToken>> VerifiedTokenCache::decode(
    std::string_view token, const KeySet& keys, const Validation& rules, TimePoint now,
    const Revocations& revocations) {
  if (token.size() > rules.max_length) return TokenErrc::too_long;  // before it costs a hash
  const std::uint64_t hash = hash_(token);
  Shard& shard = shard_of(hash);
  const auto known = shard.find(hash);
  const bool hit = known && known->answers(token, keys, rules, revocations.epoch);
  shard.count(hit);
  if (hit) {
    if (auto error = check(known->token.claims(), rules, now)) return error;
    return std::shared_ptr<const VerifiedToken>(known, &known->token);
  }

  auto decoded = jose::decode(token, keys, rules, now);
  if (!decoded) return decoded.error();
  if (revocations.check) {
    if (auto error = revocations.check(*decoded)) return error;
  }
  if (is_hmac(decoded->algorithm()) || !(known || shard.admits(hash)))
    return std::make_shared<const VerifiedToken>(*std::move(decoded));
  const auto fresh = std::make_shared<const Entry>(
      *std::move(decoded), Secret(token), KeySet::Identity(keys), rules, revocations.epoch);
  shard.put(hash, fresh);
  return std::shared_ptr<const VerifiedToken>(fresh, &fresh->token);
}

VerifiedTokenCache::Usage VerifiedTokenCache::usage() const {
  Usage usage;
  for (const auto& shard : shards_) shard->add_to(usage);
  return usage;
}

}  // namespace restjwt::jose
