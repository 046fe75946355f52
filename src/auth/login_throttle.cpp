#include "auth/login_throttle.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "auth/sessions_impl.hpp"

namespace restjwt::auth {

using std::chrono::seconds;

LoginThrottle::LoginThrottle(const ThrottleParts& parts)
    : store_(parts.store), settings_(parts.settings), salt_(parts.store.salt()) {}

LoginThrottle::Attempt LoginThrottle::admit(const User* user, std::string_view username,
                                            const Client& client, TimePoint now) const {
  Attempt attempt;
  auto stranger = account_of_stranger(username, salt_);
  attempt.who.account = user ? account_of(user->id) : std::move(stranger);
  if (settings_.by_address) attempt.who.address = counted_address(client.address);
  attempt.standing = store_.find(attempt.who, now);
  if (const auto until = attempt.standing.until)
    throw Throttled(std::max(*until - now, seconds{1}));
  return attempt;
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
