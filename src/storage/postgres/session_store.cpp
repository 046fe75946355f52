#include <optional>
#include <string>
#include <utility>

#include <restjwt/json.hpp>
#include <restjwt/unicode.hpp>

#include "storage/own_rows.hpp"
#include "storage/postgres/stores.hpp"
#include "storage/postgres/user_rows.hpp"

namespace restjwt::storage::postgres {
namespace {

using auth::Opening;
using auth::Session;
using auth::UserId;

constexpr auto add = "SELECT restjwt_open_session($1, $2, $3, $4, $5, $6, $7, $8)";
constexpr auto live_ones =
    "SELECT id, user_id, created, last_seen, idle_limit, absolute_limit, address, user_agent "
    "FROM restjwt_session WHERE user_id = $1 AND NOT ended "
    "AND (idle_limit IS NULL OR idle_limit >= $2) "
    "AND NOT EXISTS (SELECT FROM restjwt_revocation WHERE kind = 'everyone' "
    "AND not_before >= created) ORDER BY last_seen DESC, id LIMIT $3";
constexpr auto live_one =
    "SELECT id, user_id, created, last_seen, idle_limit, absolute_limit, address, user_agent "
    "FROM restjwt_session WHERE id = $1 AND NOT ended "
    "AND (idle_limit IS NULL OR idle_limit >= $2) "
    "AND NOT EXISTS (SELECT FROM restjwt_revocation WHERE kind = 'everyone' "
    "AND not_before >= created)";
constexpr auto lock = "SELECT restjwt_lock_sessions($1)";
constexpr auto note = "SELECT restjwt_note_seen($1)";
// The row is held until the transaction ends: who exchanges a token of the session waits for it,
// and reads the chain afterwards. One statement for both would wait, and then tell of the chain as
// it was before.
constexpr auto hold_live_one =
    "SELECT 1 FROM restjwt_session WHERE id = $1 AND NOT ended "
    "AND NOT EXISTS (SELECT FROM restjwt_revocation WHERE kind = 'everyone' "
    "AND not_before >= created) FOR UPDATE";
constexpr auto chain_of =
    "SELECT head, parent, child_id, child_issued, exchanged, address, user_agent "
    "FROM restjwt_refresh WHERE session_id = $1";
// session_id, head, parent, child_id, child_issued, exchanged, address, user_agent
constexpr auto keep_chain =
    "INSERT INTO restjwt_refresh VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
    "ON CONFLICT (session_id) DO UPDATE SET head = EXCLUDED.head, parent = EXCLUDED.parent, "
    "child_id = EXCLUDED.child_id, child_issued = EXCLUDED.child_issued, "
    "exchanged = EXCLUDED.exchanged, address = EXCLUDED.address, "
    "user_agent = EXCLUDED.user_agent";
// Who waits for nobody gets in nobody's way.
constexpr auto purge =
    "DELETE FROM restjwt_session WHERE id IN (SELECT id FROM restjwt_session "
    "WHERE idle_limit < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)";

/// What a client sends may be any bytes; a column takes UTF-8 without NUL.
std::string text_of(std::string_view sent) {
  std::string text;
  while (!sent.empty()) {
    const auto valid = sent.substr(0, first_invalid_utf8(sent));
    for (const char letter : valid) text += letter == '\0' ? '?' : letter;
    sent.remove_prefix(valid.size());
    if (sent.empty()) break;
    text += '?';
    sent.remove_prefix(1);
  }
  return text;
}

Json json(std::optional<TimePoint> instant) {
  return instant ? Json(stored_instant(*instant)) : Json();
}

Json to_json(const Session& session, std::string user) {
  return Json::object({{"id", session.id.text()},
                       {"user_id", std::move(user)},
                       {"created", stored_instant(session.created)},
                       {"last_seen", stored_instant(session.last_seen)},
                       {"idle_limit", json(session.idle_limit)},
                       {"absolute_limit", json(session.absolute_limit)},
                       {"address", text_of(session.client.address)},
                       {"user_agent", text_of(session.client.user_agent)}});
}

class PostgresSessionStore final : public auth::SessionStore {
 public:
  PostgresSessionStore(Pool& pool, const UserColumns& columns)
      : pool_(pool),
        id_form_(columns.id_form),
        credentials_(statements_of(columns).credentials + " FOR SHARE") {}

  Opening open(const Session& session, std::string_view password,
               const auth::AuditEvent* event) override {
    const auto user = id_as_text(id_form_, session.user);
    if (!user) return {Opening::Outcome::user_changed};
    const auto connection = pool_.take();
    Transaction transaction(*connection);
    if (!is_still(*connection, session.user, password)) return {Opening::Outcome::user_changed};
    auto earliest = connection->query(
        add, {session.id.text(), *user, stored_instant(session.created),
              stored_instant(session.last_seen), stored_instant(session.idle_limit),
              stored_instant(session.absolute_limit), text_of(session.client.address),
              text_of(session.client.user_agent)});
    if (earliest.next() && !earliest.is_null(0))
      return {Opening::Outcome::too_early, instant_of(earliest.integer(0))};
    if (event) write_audit(*connection, *event);
    transaction.commit();
    return {};
  }

  std::optional<Session> find(const auth::Fingerprint& id, TimePoint now) override {
    auto row = pool_.take()->query(live_one, {id.text(), stored_instant(now)});
    return row.next() ? std::optional(session_in(row, id_form_)) : std::nullopt;
  }

  std::vector<Session> list(const UserId& user, TimePoint now, std::size_t limit) override {
    const auto stored = id_as_text(id_form_, user);
    if (!stored) return {};
    auto rows = pool_.take()->query(live_ones, {*stored, stored_instant(now), bounded(limit)});
    std::vector<Session> found;
    while (rows.next()) found.push_back(session_in(rows, id_form_));
    return found;
  }

  void note_seen(std::span<const Session> sessions) override {
    Json::Array seen;
    for (const auto& session : sessions)
      if (auto user = id_as_text(id_form_, session.user))
        seen.push_back(to_json(session, *std::move(user)));
    if (seen.empty()) return;
    const auto connection = pool_.take();
    Transaction transaction(*connection);
    connection->execute("SET LOCAL synchronous_commit = off");
    connection->query(note, {to_text(Json(std::move(seen)))});
    transaction.commit();
  }

  auth::Redeemed redeem(const auth::Redemption& presented, const auth::AuditEvent& reuse) override {
    const auto user = id_as_text(id_form_, presented.session.user);
    if (!user) throw auth::StoreError("the table of users cannot have that user");
    const auto seen = to_text(Json::array({to_json(presented.session, *user)}));
    const auto connection = pool_.take();
    // Whoever ends a session locks all of them, and no lock can be widened without a deadlock. So
    // what looks like a reuse is looked at again under the wider lock.
    for (const bool alone : {false, true}) {
      Transaction transaction(*connection);
      connection->query(lock, {alone ? "true" : "false"});
      if (presented.others_refresh && !presented.only_look) connection->query(note, {seen});
      auto redeemed = redeem(*connection, presented, seen, alone, reuse);
      if (!redeemed) continue;
      transaction.commit();
      return *std::move(redeemed);
    }
    throw auth::StoreError("a refresh token was neither taken nor refused");
  }

  std::size_t purge_sessions(TimePoint now, std::size_t limit) override {
    return pool_.take()->query(purge, {stored_instant(now), bounded(limit)}).changes();
  }

 private:
  /// Nothing where the session has to be ended, and the lock is not held alone.
  std::optional<auth::Redeemed> redeem(Connection& connection, const auth::Redemption& presented,
                                       const std::string& seen, bool alone,
                                       const auth::AuditEvent& reuse) const {
    using auth::Redeemed;
    const auto session = presented.session.id.text();
    if (!connection.query(hold_live_one, {session}).next()) return Redeemed{};
    auto row = connection.query(chain_of, {session});
    const auto chain = row.next() ? std::optional(chain_in(row)) : std::nullopt;
    const auto outcome = auth::judge(chain, presented);
    if (presented.only_look) return Redeemed{outcome};
    switch (outcome) {
      case Redeemed::Outcome::reused: {
        if (!alone) return std::nullopt;
        auto event = reuse;
        event.first_client = chain->client;
        write_audit(connection, event);
        const auto end = auth::Revocation::of_session(presented.session.id, presented.until);
        return Redeemed{outcome, {}, append(connection, end, id_form_)};
      }
      case Redeemed::Outcome::repeated:
        return Redeemed{outcome, chain->child};
      default:
        connection.query(note, {seen});
        if (presented.child) write(connection, presented.session.id, exchanged(presented));
        return Redeemed{outcome, presented.child};
    }
  }

  static void write(Connection& connection, const auth::Fingerprint& session,
                    const auth::RefreshChain& chain) {
    connection.query(keep_chain,
                     {session.text(), chain.head.text(), chain.parent.text(), chain.child.id,
                      stored_instant(chain.child.issued), stored_instant(chain.exchanged),
                      text_of(chain.client.address), text_of(chain.client.user_agent)});
  }

  /// The row stays as it is until the transaction ends.
  bool is_still(Connection& connection, const UserId& id, std::string_view password) const {
    auto row = connection.query(credentials_, {*stored_id(id_form_, id)});
    return row.next() && row.flag(1) && (password.empty() || row.text(0) == password);
  }

  Pool& pool_;
  const IdForm id_form_;
  const std::string credentials_;
};

}  // namespace

std::unique_ptr<auth::SessionStore> make_session_store(Pool& pool, const UserColumns& columns) {
  return std::make_unique<PostgresSessionStore>(pool, columns);
}

}  // namespace restjwt::storage::postgres
