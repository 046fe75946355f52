#include <algorithm>

#include "storage/memory/state.hpp"

namespace restjwt::storage::memory {
namespace {

using auth::Opening;
using auth::Revocation;
using auth::Session;
using auth::UserId;

class SessionTable final : public auth::SessionStore {
 public:
  explicit SessionTable(std::shared_ptr<State> state) : state_(std::move(state)) {}

  Opening open(const Session& session, std::string_view password,
               const auth::AuditEvent* event) override {
    const std::lock_guard lock(state_->mutex);
    const auto user = state_->users.find(session.user);
    if (user == state_->users.end() || !user->second.is_active ||
        (!password.empty() && user->second.password != password))
      return {Opening::Outcome::user_changed};
    if (const auto ended = ended_up_to(session.user); ended && session.created <= *ended)
      return {Opening::Outcome::too_early, *ended + std::chrono::seconds{1}};
    const auto known = state_->sessions.find(session.id);
    if ((known != state_->sessions.end() && known->second.ended) || is_revoked(session))
      return {Opening::Outcome::too_early, session.created + std::chrono::seconds{1}};
    state_->sessions[session.id] = {.session = session};
    ++state_->changes;
    if (event) state_->record(*event);
    return {};
  }

  std::optional<Session> find(const auth::Fingerprint& id, TimePoint now) override {
    const std::lock_guard lock(state_->mutex);
    const auto known = state_->sessions.find(id);
    if (known == state_->sessions.end() || !is_live(known->second, now)) return std::nullopt;
    return known->second.session;
  }

  std::vector<Session> list(const UserId& user, TimePoint now, std::size_t limit) override {
    const std::lock_guard lock(state_->mutex);
    std::vector<Session> found;
    for (const auto& [id, stored] : state_->sessions)
      if (stored.session.user == user && is_live(stored, now)) found.push_back(stored.session);
    std::ranges::stable_sort(found, std::greater{}, &Session::last_seen);
    if (found.size() > limit) found.resize(limit);
    return found;
  }

  void note_seen(std::span<const Session> sessions) override {
    const std::lock_guard lock(state_->mutex);
    for (const auto& seen : sessions) {
      const auto [known, is_new] =
          state_->sessions.try_emplace(seen.id, StoredSession{.session = seen});
      if (is_new) known->second.ended = had_ended(seen);
      else move_on(known->second.session, seen);
    }
  }

  auth::Redeemed redeem(const auth::Redemption& presented, const auth::AuditEvent& reuse) override {
    using Outcome = auth::Redeemed::Outcome;
    const std::lock_guard lock(state_->mutex);
    auto known = state_->sessions.find(presented.session.id);
    if (known == state_->sessions.end() && presented.others_refresh && !presented.only_look)
      known = state_->sessions
                  .emplace(presented.session.id,
                           StoredSession{presented.session, had_ended(presented.session)})
                  .first;
    if (known == state_->sessions.end() || known->second.ended) return {};
    auto& [session, ended, chain] = known->second;
    const auto outcome = auth::judge(chain, presented);
    if (presented.only_look) return {outcome};
    switch (outcome) {
      case Outcome::reused: {
        auto event = reuse;
        event.first_client = chain->client;
        state_->record(event);
        return {outcome, {}, state_->append(Revocation::of_session(session.id, presented.until))};
      }
      case Outcome::repeated:
        return {outcome, chain->child};
      default:
        move_on(session, presented.session);
        if (presented.child) chain = auth::exchanged(presented);
        return {outcome, presented.child};
    }
  }

  std::size_t purge_sessions(TimePoint now, std::size_t limit) override {
    const std::lock_guard lock(state_->mutex);
    std::size_t purged = 0;
    for (auto next = state_->sessions.begin(); next != state_->sessions.end() && purged < limit;) {
      const auto& session = next->second.session;
      const bool over = session.idle_limit && *session.idle_limit < now;
      next = over ? state_->sessions.erase(next) : std::next(next);
      purged += over;
    }
    return purged;
  }

 private:
  static bool is_live(const StoredSession& stored, TimePoint now) {
    return !stored.ended && (!stored.session.idle_limit || *stored.session.idle_limit >= now);
  }

  static void move_on(Session& session, const Session& seen) {
    session.last_seen = std::max(session.last_seen, seen.last_seen);
    if (!seen.idle_limit) session.idle_limit.reset();
    else if (session.idle_limit)
      session.idle_limit = std::max(*session.idle_limit, *seen.idle_limit);
  }

  bool had_ended(const Session& session) const {
    const auto ended = ended_up_to(session.user);
    return is_revoked(session) || (ended && session.created <= *ended);
  }

  std::optional<TimePoint> ended_up_to(const UserId& user) const {
    std::optional<TimePoint> ended;
    for (const auto& revocation : state_->revocations)
      if ((revocation.kind == Revocation::Kind::user && revocation.user == user) ||
          revocation.kind == Revocation::Kind::everyone)
        ended = std::max(ended.value_or(revocation.not_before), revocation.not_before);
    return ended;
  }

  bool is_revoked(const Session& session) const {
    return std::ranges::any_of(state_->revocations, [&](const auto& revocation) {
      return revocation.kind == Revocation::Kind::session && revocation.id == session.id;
    });
  }

  const std::shared_ptr<State> state_;
};

}  // namespace

std::unique_ptr<auth::SessionStore> make_session_store(std::shared_ptr<State> state) {
  return std::make_unique<SessionTable>(std::move(state));
}

}  // namespace restjwt::storage::memory
