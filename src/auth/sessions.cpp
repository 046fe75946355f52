#include <restjwt/auth/sessions.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "auth/pairs_impl.hpp"
#include "auth/sessions_impl.hpp"
#include "auth/token_session.hpp"

namespace restjwt::auth {
namespace {

using std::chrono::seconds;

/// Sessions seen between two calls of write_seen(); those beyond are noted the next time.
constexpr std::size_t most_seen = 100'000;
constexpr std::size_t page = 10'000;
/// Of what is written: others wait meanwhile.
constexpr std::size_t batch = 500;
/// Of batches that are deleted at a time: whoever starts or stops the server waits for them.
constexpr int most_batches = 200;
constexpr std::int64_t for_ever = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t most_listed = 1'000;
constexpr std::size_t longest_name = 150;

std::string cut(std::string text, std::size_t size) {
  if (text.size() <= size) return text;
  // Not within a character of UTF-8.
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  text.resize(size);
  return text;
}

}  // namespace

Client cut(const Client& client) {
  return {cut(client.address, longest_address), cut(client.user_agent, longest_user_agent)};
}

AuditEvent cut(AuditEvent event) {
  event.user = cut(std::move(event.user), longest_name);
  event.client = cut(event.client);
  return event;
}

Sessions::Impl::Impl(SessionParts those, Service::Impl& owner) : parts(those), service(owner) {}

const Settings& Sessions::Impl::settings_of(const Settings* dialect) const noexcept {
  return dialect ? *dialect : service.settings;
}

Session Sessions::Impl::session_of(const Known& known, std::string_view token,
                                   TimePoint now) const {
  const auto& settings = settings_of(known.dialect);
  const auto& user = known.user->id;
  return {.id = session_fingerprint(known.claims, user, token),
          .user = user,
          .created = session_began(known.claims, settings),
          .last_seen = now,
          .idle_limit = token_end(known.claims, settings),
          .absolute_limit = refresh_end(known.claims, settings)};
}

Session Sessions::Impl::session_of(const Issued& issued) const {
  const auto& settings = settings_of(issued.dialect);
  const auto& [token, user, issued_at, at] = issued.grant;
  return {.id = session_fingerprint(issued.claims, user->id, token),
          .user = user->id,
          .created = session_began(issued.claims, settings),
          .last_seen = at,
          .idle_limit = token_end(issued.claims, settings),
          .absolute_limit = refresh_end(issued.claims, settings)};
}

Opening Sessions::Impl::open(const Issued& issued, std::string_view password, AuditEvent event) {
  if (index.size() >= parts.most_revocations)
    throw StoreError("as many revocations are in force as memory is meant for");
  const auto& grant = issued.grant;
  note_life(issued, Reach::store);
  auto session = session_of(issued);
  event.at = grant.at;
  event.user = grant.user->username;
  event.session = session.id;
  event = cut(std::move(event));
  session.client = event.client;
  return parts.store.open(session, password, &event);
}

bool Sessions::Impl::note_refreshed(const Issued& issued, Reach reach) {
  if (!note_life(issued, reach)) return false;
  note(session_of(issued));
  return true;
}

Result<std::optional<ChildToken>> Sessions::Impl::redeem(const Redemption& presented,
                                                         const User& user) {
  const AuditEvent reuse{.name = "refresh_token_reused",
                         .at = presented.now,
                         .user = user.username,
                         .session = presented.session.id,
                         .client = presented.session.client};
  const auto redeemed = parts.store.redeem(presented, cut(reuse));
  if (redeemed.revocation) index.add(*redeemed.revocation);
  switch (redeemed.outcome) {
    case Redeemed::Outcome::reused:
      return AuthErrc::token_reused;
    case Redeemed::Outcome::ended:
      return AuthErrc::token_revoked;
    default:
      return redeemed.child;
  }
}

bool Sessions::Impl::is_live(Redemption presented) {
  using Outcome = Redeemed::Outcome;
  presented.only_look = true;
  const auto outcome = parts.store.redeem(presented, {}).outcome;
  // What another program began is not noted; what has ended of it is in memory as long.
  if (outcome == Outcome::ended) return parts.others_refresh;
  return outcome != Outcome::reused;
}

std::error_code Sessions::Impl::blacklist(const Redemption& presented, const User& user) {
  auto looked = presented;
  looked.only_look = true;
  if (!parts.others_refresh && parts.store.redeem(looked, {}).outcome == Redeemed::Outcome::ended)
    return AuthErrc::token_revoked;
  const auto& session = presented.session;
  revoke(std::array{Revocation::of_session(session.id, presented.until)},
         {.name = "token_blacklisted",
          .at = presented.now,
          .user = user.username,
          .session = session.id,
          .client = session.client});
  return {};
}

void Sessions::Impl::note_failed_login(AuditEvent event) {
  const std::lock_guard lock(failing);
  if (failed_logins.size() < most_failed_logins) failed_logins.push_back(cut(std::move(event)));
  else ++more_failed_logins;
}

std::error_code Sessions::Impl::check(const Known& known, std::string_view token, TimePoint now) {
  using Kind = Revocation::Kind;
  if (!complete.load(std::memory_order_acquire))
    throw RevocationsUnknown("what was revoked is not known");
  const auto session = session_of(known, token, now);
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
  const bool is_new = seen.add(session.id,
                               {session.user, session.created, session.last_seen,
                                session.idle_limit, session.absolute_limit},
                               [](const Seen& one, const Seen& other) {
                                 Seen merged = other;
                                 merged.last_seen = std::max(one.last_seen, other.last_seen);
                                 if (!one.idle_limit || !other.idle_limit)
                                   merged.idle_limit.reset();
                                 else
                                   merged.idle_limit = std::max(one.idle_limit, other.idle_limit);
                                 return merged;
                               });
  if (is_new) seen_count.fetch_add(1, std::memory_order_relaxed);
}

Session Sessions::Impl::session_of(const Fingerprint& id, const Seen& seen) {
  return {.id = id,
          .user = seen.user,
          .created = seen.created,
          .last_seen = seen.last_seen,
          .idle_limit = seen.idle_limit,
          .absolute_limit = seen.absolute_limit};
}

void Sessions::Impl::write_seen_of(const UserId& user) {
  std::vector<Session> sessions;
  seen.for_each([&](const Fingerprint& id, const Seen& one) {
    if (one.user == user) sessions.push_back(session_of(id, one));
  });
  parts.store.note_seen(sessions);
}

bool Sessions::Impl::note_life(const Issued& issued, Reach reach) {
  // While a refresh token is presented to us alone, the store knows whether its session has ended.
  if (issued.in_store && !parts.others_refresh) return true;
  const auto now = issued.grant.at;
  const auto end = token_end(issued.claims, settings_of(issued.dialect));
  const std::int64_t life = end ? (*end - now).count() : for_ever;
  if (life <= longest_made.load(std::memory_order_relaxed)) return true;
  if (reach == Reach::memory) return false;
  tell_life(end ? std::optional(seconds(life)) : std::nullopt, now);
  return true;
}

void Sessions::Impl::tell_life(std::optional<seconds> life, TimePoint now) {
  parts.revocations.note_token_life(life ? std::optional(kept_for(*life)) : std::nullopt, now);
  const std::int64_t told = life ? life->count() : for_ever;
  auto longest = longest_made.load(std::memory_order_relaxed);
  while (told > longest && !longest_made.compare_exchange_weak(longest, told)) {
  }
}

std::optional<seconds> Sessions::Impl::longest_life() const {
  auto life = token_life(service.settings);
  if (life && service.pairs)
    life = std::max(*life, service.pairs->token_life(parts.others_refresh));
  const auto made = longest_made.load(std::memory_order_relaxed);
  if (!life || made == for_ever) return std::nullopt;
  return std::max(*life, seconds(made));
}

seconds Sessions::Impl::kept_for(seconds life) const {
  const auto& settings = service.settings;
  if (parts.others_refresh && settings.allow_refresh)
    life += std::chrono::ceil<seconds>(settings.refresh_expiration_delta);
  return life + margin();
}

seconds Sessions::Impl::margin() const noexcept { return seconds{60} + parts.stale_limit; }

seconds Sessions::Impl::ahead() const noexcept {
  using Kind = Revocation::Kind;
  const bool any_ended =
      index.any(Kind::session) || index.any(Kind::user) || index.any(Kind::everyone);
  return any_ended ? furthest_start : seconds{0};
}

std::optional<TimePoint> Sessions::Impl::end_of_tokens(TimePoint now,
                                                       std::optional<TimePoint> token) const {
  const auto life = longest_life();
  if (!life || !token) return std::nullopt;
  return std::max(now, *token - *life) + kept_for(*life);
}

std::size_t Sessions::Impl::revoke(std::span<const Revocation> revocations, const AuditEvent& why) {
  const auto event = cut(why);
  const auto appended = parts.revocations.append(revocations, &event);
  for (const auto& revocation : appended) index.add(revocation);
  return appended.size();
}

Result<Session> Sessions::of(std::string_view token, Reach reach) {
  const auto now = impl_.service.clock();
  const auto known = impl_.service.know_any(token, now, reach);
  if (!known) return known.error();
  return impl_.session_of(*known, token, now);
}

std::vector<Session> Sessions::list(const UserId& user) {
  return impl_.parts.store.list(user, impl_.service.clock(), most_listed);
}

Result<std::size_t> Sessions::logout(std::string_view token, Logout which, const Client& client) {
  const auto now = impl_.service.clock();
  const auto known = impl_.service.know_any(token, now, Reach::store);
  if (!known) return known.error();
  const auto& user = *known->user;
  const auto own = impl_.session_of(*known, token, now);
  AuditEvent event{
      .name = "logout", .at = now, .user = user.username, .session = own.id, .client = client};
  const auto until = impl_.end_of_tokens(now, own.idle_limit);

  if (which == Logout::this_one)
    return impl_.revoke(std::array{Revocation::of_session(own.id, until)}, event);
  if (which == Logout::others) {
    event.name = "logout_others";
    return impl_.end_others(own, event);
  }
  event.name = "logout_all";
  const auto listed = list(user.id);
  // Another program that signs with our key may have a clock that is ahead.
  impl_.revoke(std::array{Revocation::of_user(user.id, std::max(now, own.created), until)}, event);
  return listed.size() + (std::ranges::find(listed, own.id, &Session::id) == listed.end() ? 1 : 0);
}

// Another node may have refreshed a session that looks as if it had ended, and not noted it yet.
std::size_t Sessions::Impl::end_others(const Session& own, const AuditEvent& why) {
  write_seen_of(own.user);
  std::size_t count = 0;
  while (true) {
    std::vector<Revocation> ends;
    for (const auto& other : parts.store.list(own.user, why.at - margin(), most_listed))
      if (other.id != own.id)
        ends.push_back(Revocation::of_session(other.id, end_of_tokens(why.at, other.idle_limit)));
    if (ends.empty()) return count;
    count += revoke(ends, why);
  }
}

bool Sessions::end(const User& user, const Fingerprint& session, const Actor& by) {
  const auto now = impl_.service.clock();
  impl_.write_seen_of(user.id);
  const auto found = impl_.parts.store.find(session, now - impl_.margin());
  if (!found || found->user != user.id) return false;
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
  const auto session = impl_.session_of(*known, token, now);
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
  impl_.revoke(std::array{Revocation::of_key(std::string(kid), std::nullopt)},
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
  impl_.read_number.store(read_to.number, std::memory_order_relaxed);
  impl_.complete.store(true, std::memory_order_release);
  return count;
}

void Sessions::lose_track() noexcept { impl_.complete.store(false, std::memory_order_release); }

RevocationReport Sessions::report() const {
  return {.complete = impl_.complete.load(std::memory_order_acquire),
          .entries = impl_.index.size(),
          .bytes = impl_.index.bytes(),
          .number = impl_.read_number.load(std::memory_order_relaxed)};
}

void Sessions::Impl::write_failed_logins() {
  std::vector<AuditEvent> events;
  std::size_t more = 0;
  {
    const std::lock_guard lock(failing);
    events.swap(failed_logins);
    more = std::exchange(more_failed_logins, 0);
  }
  if (more > 0)
    events.push_back({.name = "login_failed",
                      .at = service.clock(),
                      .reason = "and " + std::to_string(more) + " more"});
  try {
    parts.audit.record(events);
  } catch (const StoreError&) {
    if (more > 0) events.pop_back();
    const std::lock_guard lock(failing);
    more_failed_logins += more;
    for (auto& event : failed_logins) {
      if (events.size() < most_failed_logins) events.push_back(std::move(event));
      else ++more_failed_logins;
    }
    failed_logins = std::move(events);
    throw;
  }
}

void Sessions::write_seen() {
  const std::lock_guard lock(impl_.writing);
  impl_.write_failed_logins();
  std::vector<Session> sessions;
  impl_.seen.take([&](const Fingerprint& id, const Impl::Seen& seen) {
    sessions.push_back(Impl::session_of(id, seen));
  });
  impl_.seen_count.store(0, std::memory_order_relaxed);
  std::size_t written = 0;
  try {
    for (; written < sessions.size(); written += batch)
      impl_.parts.store.note_seen(
          std::span(sessions).subspan(written, std::min(batch, sessions.size() - written)));
  } catch (const StoreError&) {
    for (const auto& session : std::span(sessions).subspan(written)) impl_.note(session);
    throw;
  }
}

void Sessions::tidy() {
  const auto now = impl_.service.clock();
  impl_.tell_life(impl_.longest_life(), now);
  impl_.index.purge(now);
  for (int i = 0; i < most_batches; ++i)
    if (impl_.parts.revocations.purge_revocations(now, batch) < batch) break;
  for (int i = 0; i < most_batches; ++i)
    if (impl_.parts.store.purge_sessions(now - impl_.margin(), batch) < batch) break;
  if (impl_.service.throttle) impl_.service.throttle->tidy(now);
}

}  // namespace restjwt::auth
