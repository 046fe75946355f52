#include <restjwt/auth/sessions.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include "auth/sessions_impl.hpp"
#include "auth/token_session.hpp"

namespace restjwt::auth {
namespace {

using std::chrono::seconds;

/// Clocks of two nodes differ, and a refresh may be under way when a session is ended elsewhere.
constexpr seconds margin{60};
/// Sessions seen between two calls of write_seen(); those beyond are noted the next time.
constexpr std::size_t most_seen = 100'000;
constexpr std::size_t page = 10'000;
constexpr std::size_t most_listed = 1'000;
constexpr std::size_t longest_name = 150;

std::string cut(std::string text, std::size_t size) {
  if (text.size() <= size) return text;
  // Not within a character of UTF-8.
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  text.resize(size);
  return text;
}

Client cut(const Client& client) {
  return {cut(client.address, longest_address), cut(client.user_agent, longest_user_agent)};
}

}  // namespace

Sessions::Impl::Impl(SessionParts those, Service::Impl& owner) : parts(those), service(owner) {}

Session Sessions::Impl::session_of(const Json& claims, const UserId& user, std::string_view token,
                                   TimePoint now) const {
  const auto& settings = service.settings;
  return {.id = session_fingerprint(claims, user, token, settings),
          .user = user,
          .created = session_began(claims, settings),
          .last_seen = now,
          .idle_limit = token_end(claims, settings),
          .absolute_limit = refresh_end(claims, settings)};
}

Opening Sessions::Impl::open(const Issued& issued, std::string_view password,
                             const Client& client) {
  const auto& [grant, claims] = issued;
  auto session = session_of(claims, grant.user->id, grant.token, grant.at);
  session.client = cut(client);
  const auto opening = parts.store.open(session, password);
  if (opening.outcome == Opening::Outcome::opened)
    audit({.name = "login",
           .at = grant.at,
           .user = grant.user->username,
           .session = session.id,
           .client = session.client});
  return opening;
}

std::error_code Sessions::Impl::check(const Known& known, std::string_view token, TimePoint now) {
  using Kind = Revocation::Kind;
  if (!complete.load(std::memory_order_acquire))
    throw RevocationsUnknown("what was revoked is not known");
  const auto session = session_of(known.claims, known.user->id, token, now);
  TokenMarks marks{
      .session = session.id, .user = known.user->id, .kid = known.kid, .began = session.created};
  if (index.any(Kind::token)) marks.token = token_fingerprint(token);
  if (index.revokes(marks)) return AuthErrc::token_revoked;
  note(session);
  return {};
}

void Sessions::Impl::note(const Session& session) {
  // Seen in this second already: nothing to add.
  if (const auto known = seen.find(session.id);
      known ? known->last_seen >= session.last_seen && known->idle_limit == session.idle_limit
            : seen_count.load(std::memory_order_relaxed) >= most_seen)
    return;
  seen_count.fetch_add(1, std::memory_order_relaxed);
  seen.add(session.id,
           {session.user, session.created, session.last_seen, session.idle_limit,
            session.absolute_limit},
           [](const Seen& one, const Seen& other) {
             Seen merged = other;
             merged.last_seen = std::max(one.last_seen, other.last_seen);
             if (!one.idle_limit || !other.idle_limit) merged.idle_limit.reset();
             else merged.idle_limit = std::max(one.idle_limit, other.idle_limit);
             return merged;
           });
}

void Sessions::Impl::note_life(const Json& claims, TimePoint now) noexcept {
  const auto end = token_end(claims, service.settings);
  if (!end) return;
  const auto life = (*end - now).count();
  auto longest = longest_life.load(std::memory_order_relaxed);
  while (life > longest && !longest_life.compare_exchange_weak(longest, life)) {
  }
}

seconds Sessions::Impl::ahead() const noexcept {
  using Kind = Revocation::Kind;
  const bool any_ended =
      index.any(Kind::session) || index.any(Kind::user) || index.any(Kind::everyone);
  return any_ended ? furthest_start : seconds{0};
}

std::optional<TimePoint> Sessions::Impl::end_of_tokens(TimePoint now,
                                                       std::optional<TimePoint> token) const {
  const auto life = token_life(service.settings);
  if (!life || !token) return std::nullopt;
  return std::max(now + std::max(*life, seconds(longest_life.load())), *token) + margin;
}

std::size_t Sessions::Impl::revoke(std::span<const Revocation> revocations, const AuditEvent& why) {
  const auto appended = parts.revocations.append(revocations);
  for (const auto& revocation : appended) index.add(revocation);
  audit(why);
  return appended.size();
}

void Sessions::Impl::audit(const AuditEvent& event) {
  auto kept = event;
  kept.user = cut(std::move(kept.user), longest_name);
  kept.client = cut(kept.client);
  parts.audit.record(kept);
}

Result<Session> Sessions::of(std::string_view token, Reach reach) {
  const auto now = impl_.service.clock();
  const auto known = impl_.service.know(token, now, reach);
  if (!known) return known.error();
  return impl_.session_of(known->claims, known->user->id, token, now);
}

std::vector<Session> Sessions::list(const UserId& user) {
  return impl_.parts.store.list(user, impl_.service.clock(), most_listed);
}

Result<std::size_t> Sessions::logout(std::string_view token, Logout which, const Client& client) {
  const auto now = impl_.service.clock();
  const auto known = impl_.service.know(token, now, Reach::store);
  if (!known) return known.error();
  const auto& user = *known->user;
  const auto own = impl_.session_of(known->claims, user.id, token, now);
  AuditEvent event{
      .name = "logout", .at = now, .user = user.username, .session = own.id, .client = client};
  const auto until = impl_.end_of_tokens(now, own.idle_limit);

  if (which == Logout::this_one)
    return impl_.revoke(std::array{Revocation::of_session(own.id, until)}, event);
  std::vector<Revocation> ends;
  for (const auto& other : list(user.id))
    if (other.id != own.id)
      ends.push_back(Revocation::of_session(other.id, impl_.end_of_tokens(now, other.idle_limit)));
  if (which == Logout::others) {
    event.name = "logout_others";
    return impl_.revoke(ends, event);
  }
  event.name = "logout_all";
  impl_.revoke(std::array{Revocation::of_user(user.id, now, until)}, event);
  return ends.size() + 1;
}

bool Sessions::end(const User& user, const Fingerprint& session, const Actor& by) {
  const auto now = impl_.service.clock();
  const auto sessions = list(user.id);
  const auto found = std::ranges::find(sessions, session, &Session::id);
  if (found == sessions.end()) return false;
  const auto until = impl_.end_of_tokens(now, found->idle_limit);
  impl_.revoke(std::array{Revocation::of_session(session, until)}, {.name = "session_ended",
                                                                    .at = now,
                                                                    .user = user.username,
                                                                    .by = by.username,
                                                                    .session = session,
                                                                    .client = by.client});
  return true;
}

void Sessions::end_all(const User& user, const Actor& by) {
  const auto now = impl_.service.clock();
  impl_.revoke(std::array{Revocation::of_user(user.id, now, impl_.end_of_tokens(now, now))},
               {.name = "sessions_ended",
                .at = now,
                .user = user.username,
                .by = by.username,
                .client = by.client});
}

Result<Grant> Sessions::blacklist(const User& user, std::string_view token, const Client& client) {
  const auto now = impl_.service.clock();
  auto known = impl_.service.know(token, now, Reach::store);
  if (!known) return known.error();
  if (known->user->id != user.id) return AuthErrc::user_not_found;
  const auto session = impl_.session_of(known->claims, user.id, token, now);
  const auto until = impl_.end_of_tokens(now, session.idle_limit);
  impl_.revoke(std::array{Revocation::of_session(session.id, until)}, {.name = "token_blacklisted",
                                                                       .at = now,
                                                                       .user = user.username,
                                                                       .session = session.id,
                                                                       .client = client});
  return Grant{std::string(token), known->user, issued_at_of(known->claims), now};
}

void Sessions::end_key(std::string_view kid, const Actor& by) {
  const auto now = impl_.service.clock();
  impl_.revoke(std::array{Revocation::of_key(std::string(kid), impl_.end_of_tokens(now, now))},
               {.name = "key_revoked",
                .at = now,
                .by = by.username,
                .client = by.client,
                .reason = std::string(kid)});
}

std::size_t Sessions::catch_up() {
  const std::lock_guard lock(impl_.reading);
  auto& log = impl_.parts.revocations;
  const auto position = log.position();
  auto& read_to = impl_.read_to;
  // Another log is read from its beginning; what the old one said still counts.
  if (position.history != read_to.history || position.number < read_to.number)
    read_to = {.history = position.history};
  std::size_t count = 0;
  while (read_to.number < position.number) {
    const auto entries = log.read(read_to.number, page);
    for (const auto& entry : entries) impl_.index.add(entry);
    count += entries.size();
    if (!entries.empty()) read_to.number = entries.back().number;
    // What is not there any more has ended.
    if (entries.size() < page) read_to.number = std::max(read_to.number, position.number);
  }
  impl_.complete.store(true, std::memory_order_release);
  return count;
}

void Sessions::lose_track() noexcept { impl_.complete.store(false, std::memory_order_release); }

RevocationReport Sessions::report() const {
  const std::lock_guard lock(impl_.reading);
  return {.complete = impl_.complete.load(std::memory_order_acquire),
          .entries = impl_.index.size(),
          .bytes = impl_.index.bytes(),
          .number = impl_.read_to.number};
}

void Sessions::write_seen() {
  const std::lock_guard lock(impl_.writing);
  std::vector<Session> sessions;
  impl_.seen.take([&](const Fingerprint& id, const Impl::Seen& seen) {
    sessions.push_back({.id = id,
                        .user = seen.user,
                        .created = seen.created,
                        .last_seen = seen.last_seen,
                        .idle_limit = seen.idle_limit,
                        .absolute_limit = seen.absolute_limit});
  });
  impl_.seen_count.store(0, std::memory_order_relaxed);
  for (std::size_t from = 0; from < sessions.size(); from += page)
    impl_.parts.store.note_seen(
        std::span(sessions).subspan(from, std::min(page, sessions.size() - from)));
}

void Sessions::tidy() {
  const auto now = impl_.service.clock();
  const auto life = token_life(impl_.service.settings);
  impl_.parts.revocations.note_token_life(
      life ? std::optional(std::max(*life, seconds(impl_.longest_life.load())) + margin)
           : std::nullopt,
      now);
  impl_.index.purge(now);
  while (impl_.parts.revocations.purge_revocations(now, page) == page) {
  }
  while (impl_.parts.store.purge_sessions(now - margin, page) == page) {
  }
}

}  // namespace restjwt::auth
