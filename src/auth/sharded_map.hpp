#pragma once
// A hash map in pieces with a lock each: readers of one piece do not wait for a writer, or for
// tidying up, in another.

#include <array>
#include <cstddef>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>

namespace restjwt::auth {

/// Safe from many threads at once; each call is atomic for one key.
template <class Key, class Value, class Hash>
class ShardedMap {
 public:
  std::optional<Value> find(const Key& key) const {
    const Shard& shard = of(key);
    const std::shared_lock lock(shard.mutex);
    const auto found = shard.map.find(key);
    return found == shard.map.end() ? std::nullopt : std::optional(found->second);
  }

  /// Adds the value, or what `merge(old, value)` makes of it and the one that is there.
  /// Returns whether it is new.
  template <class Merge>
  bool add(const Key& key, const Value& value, Merge merge) {
    Shard& shard = of(key);
    const std::unique_lock lock(shard.mutex);
    const auto [entry, is_new] = shard.map.try_emplace(key, value);
    if (!is_new) entry->second = merge(entry->second, value);
    return is_new;
  }

  template <class Action>
  void for_each(Action action) const {
    for (const auto& shard : shards_) {
      const std::shared_lock lock(shard.mutex);
      for (const auto& [key, value] : shard.map) action(key, value);
    }
  }

  template <class Predicate>
  void erase_if(Predicate predicate) {
    for (auto& shard : shards_) {
      const std::unique_lock lock(shard.mutex);
      const auto erased = boost::unordered::erase_if(
          shard.map, [&](const auto& entry) { return predicate(entry.second); });
      if (erased > shard.map.size()) shard.map.rehash(0);  // gives back what a crowd took
    }
  }

  /// Empties it, piece by piece, into `take(key, value)`.
  template <class Take>
  void take(Take take) {
    for (auto& shard : shards_) {
      Map taken;
      {
        const std::unique_lock lock(shard.mutex);
        taken.swap(shard.map);
      }
      for (const auto& [key, value] : taken) take(key, value);
    }
  }

  std::size_t size() const {
    return sum([](const Map& map) { return map.size(); });
  }
  /// Of the tables, without what keys keep elsewhere.
  std::size_t bytes() const {
    // And sixteen bytes beside each group of fifteen.
    return sum([](const Map& map) {
      return map.bucket_count() * sizeof(typename Map::value_type) + map.bucket_count() * 16 / 15;
    });
  }

 private:
  using Map = boost::unordered_flat_map<Key, Value, Hash>;
  struct alignas(64) Shard {
    mutable std::shared_mutex mutex{};
    Map map{};
  };

  // The map itself looks at the low bits first.
  static std::size_t index(const Key& key) { return Hash{}(key) >> (sizeof(std::size_t) * 8 - 4); }
  Shard& of(const Key& key) { return shards_[index(key)]; }
  const Shard& of(const Key& key) const { return shards_[index(key)]; }

  template <class Measure>
  std::size_t sum(Measure measure) const {
    std::size_t total = 0;
    for (const auto& shard : shards_) {
      const std::shared_lock lock(shard.mutex);
      total += measure(shard.map);
    }
    return total;
  }

  std::array<Shard, 16> shards_{};
};

}  // namespace restjwt::auth
