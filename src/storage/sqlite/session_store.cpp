#include <algorithm>
#include <optional>
#include <string>

#include "storage/own_rows.hpp"
#include "storage/sqlite/stores.hpp"

namespace restjwt::storage::sqlite {
namespace {

using auth::Opening;
using auth::Session;
using auth::UserId;

// id, user_id, created, last_seen, idle_limit, absolute_limit, address, user_agent
constexpr auto add =
    "INSERT INTO restjwt_session VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0) "
    "ON CONFLICT (id) DO UPDATE SET last_seen = ?4, idle_limit = ?5, absolute_limit = ?6, "
    "address = ?7, user_agent = ?8";
constexpr auto ended_up_to =
    "SELECT max(not_before) FROM (SELECT not_before FROM restjwt_revocation "
    "WHERE subject = ?1 AND kind = 'user' UNION ALL SELECT not_before FROM restjwt_revocation "
    "WHERE subject IS NULL AND kind = 'everyone')";
constexpr auto has_ended =
    "SELECT 1 FROM restjwt_session WHERE id = ?1 AND ended UNION ALL "
    "SELECT 1 FROM restjwt_revocation WHERE subject = ?1 AND kind = 'session'";
constexpr auto live_ones =
    "SELECT id, user_id, created, last_seen, idle_limit, absolute_limit, address, user_agent "
    "FROM restjwt_session WHERE user_id = ?1 AND NOT ended "
    "AND (idle_limit IS NULL OR idle_limit >= ?2) "
    "AND NOT EXISTS (SELECT 1 FROM restjwt_revocation WHERE subject IS NULL "
    "AND kind = 'everyone' AND not_before >= created) ORDER BY last_seen DESC, id LIMIT ?3";
constexpr auto live_one =
    "SELECT id, user_id, created, last_seen, idle_limit, absolute_limit, address, user_agent "
    "FROM restjwt_session WHERE id = ?1 AND NOT ended "
    "AND (idle_limit IS NULL OR idle_limit >= ?2) "
    "AND NOT EXISTS (SELECT 1 FROM restjwt_revocation WHERE subject IS NULL "
    "AND kind = 'everyone' AND not_before >= created)";
// A session that is not known may be one that was ended, and purged, meanwhile.
constexpr auto note =
    "INSERT INTO restjwt_session SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
    "EXISTS (SELECT 1 FROM restjwt_revocation WHERE subject = ?1 AND kind = 'session') OR "
    "EXISTS (SELECT 1 FROM restjwt_revocation WHERE subject = ?2 AND kind = 'user' "
    "AND not_before >= ?3) OR EXISTS (SELECT 1 FROM restjwt_revocation WHERE subject IS NULL "
    "AND kind = 'everyone' AND not_before >= ?3) "
    "WHERE true ON CONFLICT (id) DO UPDATE SET last_seen = max(last_seen, ?4), "
    "idle_limit = CASE WHEN idle_limit IS NULL OR ?5 IS NULL THEN NULL "
    "ELSE max(idle_limit, ?5) END";
constexpr auto is_live =
    "SELECT 1 FROM restjwt_session WHERE id = ?1 AND NOT ended "
    "AND NOT EXISTS (SELECT 1 FROM restjwt_revocation WHERE subject IS NULL "
    "AND kind = 'everyone' AND not_before >= created)";
constexpr auto chain_of =
    "SELECT head, parent, child_id, child_issued, exchanged, address, user_agent "
    "FROM restjwt_refresh WHERE session_id = ?1";
// session_id, head, parent, child_id, child_issued, exchanged, address, user_agent
constexpr auto keep_chain =
    "INSERT OR REPLACE INTO restjwt_refresh VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
constexpr auto purge =
    "DELETE FROM restjwt_session WHERE id IN "
    "(SELECT id FROM restjwt_session WHERE idle_limit < ?1 LIMIT ?2)";

class SqliteSessionStore final : public auth::SessionStore {
 public:
  SqliteSessionStore(Pools& pools, const UserColumns& columns)
      : pools_(pools),
        id_form_(columns.id_form),
        credentials_(statements_for(columns).credentials) {}

  Opening open(const Session& session, std::string_view password,
               const auth::AuditEvent* event) override {
    const auto user = stored_id(id_form_, session.user);
    if (!user) return {Opening::Outcome::user_changed};
    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    Transaction transaction(*connection);
    if (!is_still(*connection, *user, password)) return {Opening::Outcome::user_changed};
    if (const auto from = earliest(*connection, session, *user); from > session.created)
      return {Opening::Outcome::too_early, from};
    write(*connection, add, session, *user);
    if (event) write_audit(*connection, *event);
    transaction.commit();
    return {};
  }

  std::optional<Session> find(const auth::Fingerprint& id, TimePoint now) override {
    pools_.file.require_same();
    const auto reader = pools_.readers.take();
    auto row = reader->query(live_one, id.text(), stored_instant(now));
    return row.next() ? std::optional(session_in(row, id_form_)) : std::nullopt;
  }

  std::vector<Session> list(const UserId& user, TimePoint now, std::size_t limit) override {
    const auto stored = stored_id(id_form_, user);
    if (!stored) return {};
    pools_.file.require_same();
    const auto reader = pools_.readers.take();
    auto rows = reader->query(live_ones, *stored, stored_instant(now), bounded(limit));
    std::vector<Session> found;
    while (rows.next()) found.push_back(session_in(rows, id_form_));
    return found;
  }

  void note_seen(std::span<const Session> sessions) override {
    if (sessions.empty()) return;
    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    Transaction transaction(*connection);
    for (const auto& session : sessions)
      if (const auto user = stored_id(id_form_, session.user))
        write(*connection, note, session, *user);
    transaction.commit();
  }

  auth::Redeemed redeem(const auth::Redemption& presented, const auth::AuditEvent& reuse) override {
    const auto user = stored_id(id_form_, presented.session.user);
    if (!user) throw auth::StoreError("the table of users cannot have that user");
    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    Transaction transaction(*connection);
    if (presented.others_refresh && !presented.only_look)
      write(*connection, note, presented.session, *user);
    auto redeemed = redeem(*connection, presented, *user, reuse);
    transaction.commit();
    return redeemed;
  }

  std::size_t purge_sessions(TimePoint now, std::size_t limit) override {
    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    connection->query(purge, stored_instant(now), bounded(limit)).next();
    return static_cast<std::size_t>(connection->changes());
  }

 private:
  auth::Redeemed redeem(Connection& connection, const auth::Redemption& presented,
                        const Value& user, const auth::AuditEvent& reuse) const {
    using Outcome = auth::Redeemed::Outcome;
    const auto session = presented.session.id.text();
    if (!connection.query(is_live, session).next()) return {};
    const auto chain = find_chain(connection, session);
    const auto outcome = auth::judge(chain, presented);
    if (presented.only_look) return {outcome};
    switch (outcome) {
      case Outcome::reused: {
        auto event = reuse;
        event.first_client = chain->client;
        write_audit(connection, event);
        const auto end = auth::Revocation::of_session(presented.session.id, presented.until);
        return {outcome, {}, append(connection, end, id_form_)};
      }
      case Outcome::repeated:
        return {outcome, chain->child};
      default:
        write(connection, note, presented.session, user);
        if (presented.child) write(connection, presented.session.id, exchanged(presented));
        return {outcome, presented.child};
    }
  }

  static std::optional<auth::RefreshChain> find_chain(Connection& connection,
                                                      const std::string& session) {
    auto row = connection.query(chain_of, session);
    return row.next() ? std::optional(chain_in(row)) : std::nullopt;
  }

  static void write(Connection& connection, const auth::Fingerprint& session,
                    const auth::RefreshChain& chain) {
    connection
        .query(keep_chain, session.text(), chain.head.text(), chain.parent.text(), chain.child.id,
               stored_instant(chain.child.issued), stored_instant(chain.exchanged),
               chain.client.address, chain.client.user_agent)
        .next();
  }

  bool is_still(Connection& connection, const Value& user, std::string_view password) const {
    auto row = connection.query(credentials_, user);
    return row.next() && row.integer(1) != 0 && (password.empty() || row.text(0) == password);
  }

  /// The first second that the session may begin in.
  static TimePoint earliest(Connection& connection, const Session& session, const Value& user) {
    constexpr std::chrono::seconds one{1};
    auto ended = connection.query(ended_up_to, user);
    ended.next();
    auto first = session.created;
    if (const auto limit = optional_instant(ended, 0)) first = std::max(first, *limit + one);
    if (connection.query(has_ended, session.id.text()).next())
      first = std::max(first, session.created + one);
    return first;
  }

  static void write(Connection& connection, std::string_view sql, const Session& session,
                    const Value& user) {
    connection
        .query(sql, session.id.text(), user, stored_instant(session.created),
               stored_instant(session.last_seen), stored_instant(session.idle_limit),
               stored_instant(session.absolute_limit), session.client.address,
               session.client.user_agent)
        .next();
  }

  Pools& pools_;
  const IdForm id_form_;
  const std::string credentials_;
};

}  // namespace

std::unique_ptr<auth::SessionStore> make_session_store(Pools& pools, const UserColumns& columns) {
  return std::make_unique<SqliteSessionStore>(pools, columns);
}

}  // namespace restjwt::storage::sqlite
