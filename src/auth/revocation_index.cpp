#include "auth/revocation_index.hpp"

#include <algorithm>
#include <limits>
#include <mutex>

namespace restjwt::auth {
namespace {

constexpr auto later = [](std::int64_t one, std::int64_t other) { return std::max(one, other); };

std::int64_t seconds(TimePoint instant) { return instant.time_since_epoch().count(); }

std::int64_t seconds(std::optional<TimePoint> until) {
  return until ? seconds(*until) : std::numeric_limits<std::int64_t>::max();
}

Fingerprint fingerprint(const UserId& user) { return Fingerprint::of({"user", user.text()}); }

}  // namespace

void RevocationIndex::note(Kind kind, bool present) noexcept {
  present_[static_cast<std::size_t>(kind)].store(present, std::memory_order_release);
}

void RevocationIndex::add(const Revocation& revocation) {
  const auto until = seconds(revocation.until);
  const Limit limit{seconds(revocation.not_before), until};
  const auto widest = [](const Limit& one, const Limit& other) {
    return Limit{later(one.not_before, other.not_before), later(one.until, other.until)};
  };
  switch (revocation.kind) {
    case Kind::token:
      tokens_.add(revocation.id, until, later);
      break;
    case Kind::session:
      sessions_.add(revocation.id, until, later);
      break;
    case Kind::user:
      if (revocation.user.is_number()) numbered_users_.add(revocation.user.number(), limit, widest);
      else named_users_.add(fingerprint(revocation.user), limit, widest);
      break;
    case Kind::key: {
      const std::unique_lock lock(few_);
      auto& known = keys_[revocation.kid];
      known = later(known, until);
      break;
    }
    case Kind::everyone: {
      const std::unique_lock lock(few_);
      everyone_ = widest(everyone_, limit);
      break;
    }
  }
  note(revocation.kind, true);
}

std::optional<RevocationIndex::Limit> RevocationIndex::limit_of(const UserId& user) const {
  return user.is_number() ? numbered_users_.find(user.number())
                          : named_users_.find(fingerprint(user));
}

bool RevocationIndex::ends(const Limit& limit, TimePoint began) const {
  return limit.until != 0 && seconds(began) <= limit.not_before;
}

bool RevocationIndex::revokes(const TokenMarks& marks) const {
  if (any(Kind::token) && marks.token && tokens_.find(*marks.token)) return true;
  if (any(Kind::session) && marks.session && sessions_.find(*marks.session)) return true;
  if (any(Kind::user)) {
    const auto limit = limit_of(marks.user);
    if (limit && ends(*limit, marks.began)) return true;
  }
  if (!any(Kind::key) && !any(Kind::everyone)) return false;
  const std::shared_lock lock(few_);
  return keys_.contains(marks.kid) || ends(everyone_, marks.began);
}

void RevocationIndex::purge(TimePoint now) {
  const auto instant = seconds(now);
  const auto over = [instant](Until until) { return until < instant; };
  tokens_.erase_if(over);
  sessions_.erase_if(over);
  const auto limit_over = [&](const Limit& limit) { return over(limit.until); };
  numbered_users_.erase_if(limit_over);
  named_users_.erase_if(limit_over);
  const std::unique_lock lock(few_);
  std::erase_if(keys_, [&](const auto& key) { return over(key.second); });
  if (over(everyone_.until)) everyone_ = {};
}

std::size_t RevocationIndex::size() const {
  const std::shared_lock lock(few_);
  return tokens_.size() + sessions_.size() + numbered_users_.size() + named_users_.size() +
         keys_.size() + (everyone_.until != 0 ? 1 : 0);
}

std::size_t RevocationIndex::bytes() const {
  return tokens_.bytes() + sessions_.bytes() + numbered_users_.bytes() + named_users_.bytes();
}

}  // namespace restjwt::auth
