#include <algorithm>

#include "storage/memory/state.hpp"
#include "storage/throttle_rows.hpp"

namespace restjwt::storage::memory {
namespace {

using auth::Ban;
using auth::Failure;
using auth::KeptTally;
using auth::Standing;
using auth::ThrottleBucket;

class MemoryThrottle final : public auth::ThrottleStore {
 public:
  explicit MemoryThrottle(std::shared_ptr<State> state) : state_(std::move(state)) {}

  std::string salt() override { return state_->throttle_salt; }

  Standing find(const ThrottleBucket& who, TimePoint now) override {
    const std::lock_guard lock(state_->mutex);
    std::vector<KeptTally> rows;
    for (const auto& bucket :
         {ThrottleBucket{who.account, ""}, who, ThrottleBucket{"", who.address}})
      if (const auto kept = state_->tallies.find(bucket); kept != state_->tallies.end())
        rows.push_back({kept->first, kept->second});
    return auth::standing_of(rows, seen(who), now);
  }

  void add(std::span<const Failure> failures, TimePoint now) override {
    const std::lock_guard lock(state_->mutex);
    if (state_->tallies.size() >= enough_) {
      forget(now, state_->tallies.size());
      enough_ = std::max(least, 2 * state_->tallies.size());
    }
    for (const auto& failure : failures) {
      auto& tally = state_->tallies[failure.bucket];
      if (tally.add_failure(failure.rule, now))
        if (const auto event = event_of(failure, tally)) state_->record(*event);
    }
  }

  void succeed(const ThrottleBucket& who, bool usual, TimePoint now) override {
    const std::lock_guard lock(state_->mutex);
    state_->tallies.erase({who.account, usual ? who.address : ""});
    if (who.address.empty()) return;
    auto& addresses = state_->usual_addresses[who.account];
    addresses[who.address] = now;
    while (addresses.size() > auth::most_usual_addresses)
      addresses.erase(
          std::ranges::min_element(addresses, {}, [](const auto& a) { return a.second; }));
  }

  std::vector<Ban> bans(TimePoint now, std::size_t limit) override {
    const std::lock_guard lock(state_->mutex);
    std::vector<Ban> found;
    for (const auto& [bucket, tally] : state_->tallies)
      if (tally.is_banned(now)) found.push_back({bucket, *tally.until, tally.failures});
    std::ranges::stable_sort(found, std::greater{}, &Ban::until);
    if (found.size() > limit) found.resize(limit);
    return found;
  }

  std::size_t lift(const ThrottleBucket& whose, TimePoint now,
                   const auth::AuditEvent& event) override {
    const std::lock_guard lock(state_->mutex);
    std::size_t lifted = 0;
    std::erase_if(state_->tallies, [&](const auto& entry) {
      const auto& [bucket, tally] = entry;
      const bool meant =
          whose == ThrottleBucket{} ||
          (whose.account.empty() ? bucket == whose : bucket.account == whose.account);
      lifted += meant && tally.is_banned(now);
      return meant;
    });
    if (lifted > 0) state_->record(event);
    return lifted;
  }

  std::size_t purge_throttle(TimePoint now, std::size_t limit) override {
    const std::lock_guard lock(state_->mutex);
    std::size_t purged = forget(now, limit);
    for (auto next = state_->usual_addresses.begin(); next != state_->usual_addresses.end();) {
      purged += std::erase_if(next->second, [&](const auto& address) {
        return address.second <= now - auth::usual_address_life;
      });
      next = next->second.empty() ? state_->usual_addresses.erase(next) : std::next(next);
    }
    return purged;
  }

 private:
  static constexpr std::size_t least = 1024;

  std::size_t forget(TimePoint now, std::size_t limit) {
    std::size_t forgotten = 0;
    return std::erase_if(state_->tallies, [&](const auto& entry) {
      return entry.second.forget <= now && ++forgotten <= limit;
    });
  }

  std::optional<TimePoint> seen(const ThrottleBucket& who) const {
    const auto addresses = state_->usual_addresses.find(who.account);
    if (addresses == state_->usual_addresses.end()) return std::nullopt;
    const auto address = addresses->second.find(who.address);
    return address == addresses->second.end() ? std::nullopt : std::optional(address->second);
  }

  const std::shared_ptr<State> state_;
  /// So many tallies are worth looking which of them count no more: they may have no keeper.
  std::size_t enough_ = least;  // under the lock
};

}  // namespace

std::unique_ptr<auth::ThrottleStore> make_throttle_store(std::shared_ptr<State> state) {
  return std::make_unique<MemoryThrottle>(std::move(state));
}

}  // namespace restjwt::storage::memory
