#pragma once
// A bounded store that evicts by SIEVE (Zhang et al., "SIEVE is Simpler than LRU", NSDI 2024). A
// hand walks from the oldest to the newest and takes what nobody has asked for since it last came
// by. A hit moves nothing, and behind the hand a scan of newcomers displaces only itself. In front
// of it stands a doorkeeper (Einziger et al., "TinyLFU", 2017), so that what comes once costs
// neither a place nor the work of keeping it.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <unordered_map>
#include <utility>
#include <vector>

namespace restjwt::jose {

/// One value for each hash. Not safe from several threads at once.
template <class Value>
class Sieve {
 public:
  Sieve(std::size_t max_entries, std::size_t max_bytes)
      : max_entries_(max_entries),
        max_bytes_(max_bytes),
        notes_(std::min(max_entries, max_bytes / overhead) / 4 + 1) {}
  Sieve(const Sieve&) = delete;
  Sieve& operator=(const Sieve&) = delete;

  /// What an entry costs beside its value: a node of the list, one of the map, notes.
  static constexpr std::size_t overhead = 160;

  /// Null: nothing there. Counts as use. Good until the next put().
  const Value* find(std::uint64_t hash) {
    const auto place = places_.find(hash);
    if (place == places_.end()) return nullptr;
    place->second->used = true;
    return &place->second->value;
  }

  /// Whether what has no place is worth a put(): it was asked about before. Of about twice as many
  /// as there can be entries that is known.
  bool admits(std::uint64_t hash) {
    Notes& notes = notes_[hash % notes_.size()];
    if (std::ranges::find(notes.hashes, hash) != notes.hashes.end()) return true;
    std::shift_right(notes.hashes.begin(), notes.hashes.end(), 1);
    notes.hashes.front() = hash;
    return false;
  }

  /// Instead of what is there under that hash. What is larger than the whole is not kept.
  void put(std::uint64_t hash, Value value, std::size_t value_bytes) {
    const std::size_t bytes = value_bytes + overhead;
    bool used = false;
    if (const auto place = places_.find(hash); place != places_.end()) {
      used = place->second->used;
      erase(place->second);
    }
    if (bytes > max_bytes_ || max_entries_ == 0) return;
    while (items_.size() >= max_entries_ || bytes_ > max_bytes_ - bytes) evict();
    items_.push_front({hash, bytes, used, std::move(value)});
    places_.emplace(hash, items_.begin());
    bytes_ += bytes;
  }

  std::size_t size() const noexcept { return items_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct Item {
    std::uint64_t hash;
    std::size_t bytes;
    bool used;
    Value value;
  };
  using Items = std::list<Item>;
  using Place = typename Items::iterator;
  struct alignas(64) Notes {                // one cache line
    std::array<std::uint64_t, 8> hashes{};  // the newest in front
  };

  /// From the newest it goes back to the oldest.
  void move_hand() { hand_ = hand_ == items_.begin() ? items_.end() : std::prev(hand_); }

  void evict() {
    if (hand_ == items_.end()) --hand_;
    while (hand_->used) {
      hand_->used = false;
      move_hand();
      if (hand_ == items_.end()) --hand_;
    }
    erase(hand_);
  }

  void erase(Place place) {
    if (hand_ == place) move_hand();
    places_.erase(place->hash);
    bytes_ -= place->bytes;
    items_.erase(place);
  }

  std::size_t max_entries_;
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  Items items_{};  // the newest in front
  Place hand_ = items_.end();
  std::unordered_map<std::uint64_t, Place> places_{};
  std::vector<Notes> notes_;
};

}  // namespace restjwt::jose
