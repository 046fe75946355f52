#include "auth/login_throttle.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "auth/sessions_impl.hpp"

namespace restjwt::auth {

using std::chrono::seconds;

namespace {

/// So many refusals an address is told by the store in so long.
constexpr unsigned most_told = 20;
constexpr std::chrono::minutes told_within{1};
/// Addresses in memory, some 150 bytes each; further ones are told by the store.
constexpr std::size_t most_addresses = 20'000;

}  // namespace

LoginThrottle::LoginThrottle(const ThrottleParts& parts)
    : store_(parts.store), settings_(parts.settings), salt_(parts.store.salt()) {}

LoginThrottle::Attempt LoginThrottle::admit(const User* user, std::string_view username,
                                            const Client& client, TimePoint now) {
  Attempt attempt;
  auto stranger = account_of_stranger(username, salt_);
  attempt.who.account = user ? account_of(user->id) : std::move(stranger);
  attempt.who.address = address_of(client);
  attempt.standing = store_.find(attempt.who, now);
  if (const auto until = attempt.standing.until) {
    note_refusal(attempt.who.address, *until, now);
    throw Throttled(std::max(*until - now, seconds{1}));
  }
  return attempt;
}

std::string LoginThrottle::address_of(const Client& client) const {
  return settings_.by_address ? counted_address(client.address) : std::string();
}

void LoginThrottle::note_refusal(const std::string& address, TimePoint until, TimePoint now) {
  if (address.empty()) return;
  const std::lock_guard lock(mutex_);
  if (refusals_.size() >= most_addresses && now > swept_) {
    std::erase_if(refusals_,
                  [&](const auto& one) { return now >= one.second.since + told_within; });
    swept_ = now;  // not for each of a crowd
  }
  if (refusals_.size() >= most_addresses && !refusals_.contains(address)) return;
  auto& refusals = refusals_[address];
  if (now >= refusals.since + told_within) refusals = {.since = now};
  ++refusals.count;
  refusals.until = until;
}

std::optional<seconds> LoginThrottle::turned_away(const Client& client, TimePoint now) {
  const auto address = address_of(client);
  if (address.empty()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto known = refusals_.find(address);
  if (known == refusals_.end()) return std::nullopt;
  const auto& [since, count, until] = known->second;
  if (count < most_told || now >= since + told_within || now >= until) return std::nullopt;
  return until - now;
}

void LoginThrottle::fail(const Attempt& attempt, std::string_view name, const Client& client,
                         TimePoint now, bool audited) const {
  auto event = cut({.name = "banned",
                    .at = now,
                    .user = std::string(name),
                    .client = {.address = client.address}});
  const auto banned = [&] { return audited ? std::optional(event) : std::nullopt; };
  const auto& [who, standing] = attempt;
  std::vector<Failure> failures;
  failures.push_back({.bucket = {who.account, standing.usual ? who.address : ""},
                      .rule = {.failures = settings_.max_retries,
                               .within = settings_.find_time,
                               .ban = settings_.ban_time,
                               .longest_ban = settings_.longest_ban},
                      .banned = banned()});
  if (!who.address.empty()) {
    event.user.clear();
    event.client.address = who.address;
    failures.push_back({.bucket = {"", who.address},
                        .rule = {.failures = settings_.rate, .within = settings_.period},
                        .banned = banned()});
  }
  store_.add(failures, now);
}

void LoginThrottle::succeed(const Attempt& attempt, TimePoint now) const {
  const auto& [who, standing] = attempt;
  if (!standing.counted && (who.address.empty() || standing.noted)) return;
  try {
    store_.succeed(who, standing.usual, now);
  } catch (const StoreError&) {
    // The password was right. What was counted is forgotten at the next login, or by itself.
  }
}

void LoginThrottle::tidy(TimePoint now) const {
  constexpr std::size_t batch = 500;
  constexpr int most_batches = 200;
  for (int i = 0; i < most_batches; ++i)
    if (store_.purge_throttle(now, batch) < batch) break;
}

}  // namespace restjwt::auth
