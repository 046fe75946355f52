#include "storage/own_rows.hpp"
#include "storage/sqlite/stores.hpp"

namespace restjwt::storage::sqlite {
namespace {

using auth::Revocation;

// kind, subject, not_before, until; a user's moves on to the newest session that he has
constexpr auto add =
    "INSERT INTO restjwt_revocation (kind, subject, not_before, until) "
    "SELECT ?1, ?2, at, CASE WHEN life < 0 THEN NULL "
    "ELSE max(?4 + at - ?3, coalesce(now + life, 0)) END "
    "FROM (SELECT max(?3, coalesce((SELECT max(created) FROM restjwt_session "
    "WHERE ?1 = 'user' AND user_id = ?2 AND NOT ended), 0)) AS at), restjwt_token_end "
    "WHERE true RETURNING number, kind, subject, not_before, until";
constexpr auto another_history =
    "DELETE FROM restjwt_history; "
    "INSERT INTO restjwt_history VALUES (lower(hex(randomblob(16))))";
constexpr auto end_everyone =
    "INSERT INTO restjwt_revocation (kind, subject, not_before, until) "
    "SELECT 'everyone', NULL, ?1, CASE WHEN life >= 0 THEN max(?1, now) + life END "
    "FROM restjwt_token_end RETURNING number, kind, subject, not_before, until";
constexpr auto behind =
    "SELECT number, kind, subject, not_before, until FROM restjwt_revocation "
    "WHERE number > ?1 ORDER BY number LIMIT ?2";
// sqlite_sequence remembers the newest number although its row may be purged.
constexpr auto where =
    "SELECT (SELECT id FROM restjwt_history), coalesce((SELECT seq FROM sqlite_sequence "
    "WHERE name = 'restjwt_revocation'), 0)";
constexpr auto tell =
    "INSERT INTO restjwt_token_life VALUES (?1, ?2) "
    "ON CONFLICT (seconds) DO UPDATE SET told = max(told, ?2)";
// What was appended while nobody had told.
constexpr auto bound_unbounded =
    "UPDATE restjwt_revocation SET until = (SELECT now + life FROM restjwt_token_end) "
    "WHERE until IS NULL AND kind IN ('user', 'everyone') "
    "AND (SELECT life >= 0 FROM restjwt_token_end)";
// Everyone's sessions are ended by being looked up: what ended them stays while there are any.
constexpr auto purge =
    "DELETE FROM restjwt_revocation WHERE number IN "
    "(SELECT number FROM restjwt_revocation WHERE until < ?1 AND NOT (kind = 'everyone' AND "
    "EXISTS (SELECT 1 FROM restjwt_session WHERE created <= not_before)) LIMIT ?2)";

class SqliteRevocationLog final : public auth::RevocationLog {
 public:
  SqliteRevocationLog(Pools& pools, IdForm id_form) : pools_(pools), id_form_(id_form) {}

  std::vector<Revocation> append(std::span<const Revocation> revocations,
                                 const auth::AuditEvent* why) override {
    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    Transaction transaction(*connection);
    std::vector<Revocation> appended;
    for (const auto& revocation : revocations)
      if (auto added = sqlite::append(*connection, revocation, id_form_))
        appended.push_back(*std::move(added));
    if (why) write_audit(*connection, *why);
    transaction.commit();
    return appended;
  }

  Revocation begin_anew(TimePoint now, const auth::AuditEvent* why) override {
    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    Transaction transaction(*connection);
    const auto appended = begin_anew(*connection, now, why);
    transaction.commit();
    return appended;
  }

  std::vector<Revocation> read(std::uint64_t after, std::size_t limit) override {
    pools_.file.require_same();
    const auto reader = pools_.readers.take();
    auto rows = reader->query(behind, static_cast<std::int64_t>(after), bounded(limit));
    std::vector<Revocation> found;
    while (rows.next()) found.push_back(revocation_in(rows, id_form_));
    return found;
  }

  auth::LogPosition position() override {
    pools_.file.require_same();
    auto found = stored_position();
    if (found.history.empty()) {
      begin_anew_if_first();
      found = stored_position();
    }
    return found;
  }

  void note_token_life(std::optional<std::chrono::seconds> life, TimePoint now) override {
    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    const std::int64_t seconds = life ? life->count() : -1;
    Transaction transaction(*connection);
    connection->query(tell, seconds, stored_instant(now)).next();
    connection->query(bound_unbounded).next();
    transaction.commit();
  }

  std::size_t purge_revocations(TimePoint now, std::size_t limit) override {
    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    connection->query(purge, stored_instant(now), bounded(limit)).next();
    return static_cast<std::size_t>(connection->changes());
  }

 private:
  auth::LogPosition stored_position() {
    const auto reader = pools_.readers.take();
    auto row = reader->query(where);
    row.next();
    return {.history = row.text(0), .number = static_cast<std::uint64_t>(row.integer(1))};
  }

  /// SqliteDatabase::back_up() leaves the history out.
  void begin_anew_if_first() {
    const auto connection = pools_.writer.take();
    Transaction transaction(*connection);
    if (!connection->query("SELECT 1 FROM restjwt_history").next()) {
      const auto event = auth::found_restored(system_clock()());
      begin_anew(*connection, event.at, &event);
    }
    transaction.commit();
  }

  Revocation begin_anew(Connection& connection, TimePoint now, const auth::AuditEvent* why) const {
    connection.execute(another_history);
    std::optional<Revocation> appended;
    {
      auto row = connection.query(end_everyone, stored_instant(now + auth::furthest_start));
      while (row.next()) appended = revocation_in(row, id_form_);
    }
    if (why) write_audit(connection, *why);
    return appended.value();
  }

  Pools& pools_;
  const IdForm id_form_;
};

}  // namespace

std::optional<Revocation> append(Connection& connection, const Revocation& revocation,
                                 IdForm id_form) {
  const auto subject = subject_of(revocation, stored_id(id_form, revocation.user));
  if (!subject) return std::nullopt;
  auto row =
      connection.query(add, name(revocation.kind), *subject, stored_instant(revocation.not_before),
                       stored_instant(revocation.until));
  std::optional<Revocation> appended;
  while (row.next()) appended = revocation_in(row, id_form);
  return appended;
}

std::unique_ptr<auth::RevocationLog> make_revocation_log(Pools& pools, IdForm id_form) {
  return std::make_unique<SqliteRevocationLog>(pools, id_form);
}

}  // namespace restjwt::storage::sqlite
