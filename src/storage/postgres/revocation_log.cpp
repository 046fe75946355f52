#include <algorithm>
#include <limits>

#include "storage/own_rows.hpp"
#include "storage/postgres/stores.hpp"
#include "storage/postgres/user_rows.hpp"

namespace restjwt::storage::postgres {
namespace {

using auth::Revocation;
using auth::StoreError;

// kind, subject, not_before, until
constexpr auto add = "SELECT * FROM restjwt_append($1, $2, $3, $4)";
constexpr auto another_history = "UPDATE restjwt_log SET history = gen_random_uuid()";
constexpr auto end_everyone =
    "SELECT appended.* FROM restjwt_longest_life(restjwt_now()) AS life, "
    "LATERAL restjwt_append('everyone', NULL, $1, CASE WHEN life >= 0 "
    "THEN greatest($1, restjwt_now()) + life END) AS appended";
constexpr auto behind =
    "SELECT number, kind, subject, not_before, until FROM restjwt_revocation "
    "WHERE number > $1 ORDER BY number LIMIT $2";
// A standby that took over has another timeline: what it may have lost, nobody can tell.
constexpr auto where =
    "SELECT concat_ws('.', history, (SELECT timeline_id FROM pg_control_checkpoint())), "
    "greatest(number, (SELECT max(number) FROM restjwt_revocation)), "
    "home = restjwt_home(tableoid) FROM restjwt_log";
// Of several nodes that find a restored dump, one does.
constexpr auto move_in =
    "UPDATE restjwt_log SET home = restjwt_home(tableoid) WHERE home <> restjwt_home(tableoid)";
constexpr auto tell =
    "INSERT INTO restjwt_token_life AS known VALUES ($1, $2) "
    "ON CONFLICT (seconds) DO UPDATE SET told = EXCLUDED.told WHERE known.told < EXCLUDED.told";
// What was appended while nobody had told.
constexpr auto bound_unbounded =
    "UPDATE restjwt_revocation SET until = restjwt_now() + life "
    "FROM restjwt_longest_life(restjwt_now()) AS life "
    "WHERE until IS NULL AND kind IN ('user', 'everyone') AND life >= 0";
// No number is given again.
constexpr auto remember_number =
    "UPDATE restjwt_log SET number = newest FROM "
    "(SELECT max(number) AS newest FROM restjwt_revocation) AS log WHERE newest > number";
// Everyone's sessions are ended by being looked up: what ended them stays while there are any.
constexpr auto purge =
    "DELETE FROM restjwt_revocation WHERE number IN (SELECT number FROM restjwt_revocation "
    "WHERE until < $1 AND NOT (kind = 'everyone' AND EXISTS (SELECT FROM restjwt_session "
    "WHERE created <= not_before)) LIMIT $2 FOR UPDATE SKIP LOCKED)";

std::int64_t stored_number(std::uint64_t number) {
  constexpr std::uint64_t highest = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(number, highest));
}

class PostgresRevocationLog final : public auth::RevocationLog {
 public:
  PostgresRevocationLog(Pool& pool, IdForm id_form) : pool_(pool), id_form_(id_form) {}

  std::vector<Revocation> append(std::span<const Revocation> revocations,
                                 const auth::AuditEvent* why) override {
    if (revocations.empty() && !why) return {};
    const auto connection = pool_.take();
    Transaction transaction(*connection);
    std::vector<Revocation> appended;
    for (const auto& revocation : revocations)
      if (auto added = postgres::append(*connection, revocation, id_form_))
        appended.push_back(*std::move(added));
    if (why) write_audit(*connection, *why);
    transaction.commit();
    return appended;
  }

  Revocation begin_anew(TimePoint now, const auth::AuditEvent* why) override {
    const auto connection = pool_.take();
    Transaction transaction(*connection);
    const auto appended = begin_anew(*connection, now, why);
    transaction.commit();
    return appended;
  }

  std::vector<Revocation> read(std::uint64_t after, std::size_t limit) override {
    auto rows = pool_.take()->query(behind, {stored_number(after), bounded(limit)});
    std::vector<Revocation> found;
    while (rows.next()) found.push_back(revocation_in(rows, id_form_));
    return found;
  }

  auth::LogPosition position() override {
    const auto connection = pool_.take();
    auto row = connection->query(where);
    if (!row.next()) throw StoreError("restjwt_log is empty");
    if (!row.flag(2)) {
      begin_anew_if_first(*connection);
      row = connection->query(where);
      row.next();
    }
    return {.history = row.text(0), .number = static_cast<std::uint64_t>(row.integer(1))};
  }

  void note_token_life(std::optional<std::chrono::seconds> life, TimePoint now) override {
    const std::int64_t seconds = life ? life->count() : -1;
    const auto connection = pool_.take();
    Transaction transaction(*connection);
    connection->query(tell, {seconds, stored_instant(now)});
    connection->query(bound_unbounded);
    transaction.commit();
  }

  std::size_t purge_revocations(TimePoint now, std::size_t limit) override {
    const auto connection = pool_.take();
    Transaction transaction(*connection);
    connection->query(remember_number);
    const auto purged = connection->query(purge, {stored_instant(now), bounded(limit)}).changes();
    transaction.commit();
    return purged;
  }

 private:
  Revocation begin_anew(Connection& connection, TimePoint now, const auth::AuditEvent* why) const {
    connection.query(another_history);
    auto row = connection.query(end_everyone, {stored_instant(now + auth::furthest_start)});
    if (!row.next()) throw StoreError("restjwt_append appended nothing");
    const auto appended = revocation_in(row, id_form_);
    if (why) write_audit(connection, *why);
    return appended;
  }

  void begin_anew_if_first(Connection& connection) const {
    Transaction transaction(connection);
    if (connection.query(move_in).changes() > 0) {
      const auto event = auth::found_restored(system_clock()());
      begin_anew(connection, event.at, &event);
    }
    transaction.commit();
  }

  Pool& pool_;
  const IdForm id_form_;
};

}  // namespace

std::optional<Revocation> append(Connection& connection, const Revocation& revocation,
                                 IdForm id_form) {
  const auto subject = subject_of(revocation, id_as_text(id_form, revocation.user));
  if (!subject) return std::nullopt;
  auto row = connection.query(
      add, {std::string(name(revocation.kind)), Parameter::untyped(*subject),
            stored_instant(revocation.not_before), stored_instant(revocation.until)});
  if (!row.next()) throw StoreError("restjwt_append appended nothing");
  return revocation_in(row, id_form);
}

std::unique_ptr<auth::RevocationLog> make_revocation_log(Pool& pool, IdForm id_form) {
  return std::make_unique<PostgresRevocationLog>(pool, id_form);
}

}  // namespace restjwt::storage::postgres
