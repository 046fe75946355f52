#include "storage/memory/state.hpp"

#include <algorithm>

namespace restjwt::storage::memory {

using auth::Revocation;

Revocation State::append(Revocation revocation) {
  using Kind = Revocation::Kind;
  const bool of_user = revocation.kind == Kind::user;
  const auto is_meant = [&](const auth::Session& session) {
    if (revocation.kind == Kind::session) return session.id == revocation.id;
    return of_user ? session.user == revocation.user : revocation.kind == Kind::everyone;
  };
  if (of_user) {
    const auto asked = revocation.not_before;
    for (const auto& [id, stored] : sessions)
      if (is_meant(stored.session) && !stored.ended)
        revocation.not_before = std::max(revocation.not_before, stored.session.created);
    if (revocation.until) *revocation.until += revocation.not_before - asked;
  }
  if (revocation.until && !token_lives.empty()) {
    const auto end = end_of_tokens(clock());
    if (end || token_lives.contains(std::nullopt))
      revocation.until = end ? std::max(revocation.until, end) : end;
  }
  for (auto& [id, stored] : sessions)
    if (is_meant(stored.session) &&
        (revocation.kind == Kind::session || stored.session.created <= revocation.not_before))
      stored.ended = true;
  revocation.number = ++last_revocation;
  revocations.push_back(revocation);
  ++changes;
  return revocation;
}

void State::record(const auth::AuditEvent& event) {
  audit.push_back({audit.size() + 1, to_text(auth::to_json(event))});
}

std::optional<TimePoint> State::end_of_tokens(TimePoint made) const {
  std::optional<TimePoint> end;
  for (const auto& [life, told] : token_lives) {
    if (!life) return std::nullopt;
    if (told + *life >= made) end = std::max(end, std::optional(made + *life));
  }
  return end;
}

void State::end_sessions_of(const auth::UserId& user) {
  const auto now = clock();
  append(Revocation::of_user(user, now, end_of_tokens(now)));
}

}  // namespace restjwt::storage::memory
