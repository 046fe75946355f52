#include "storage/own_rows.hpp"
#include "storage/postgres/stores.hpp"
#include "storage/throttle_rows.hpp"

namespace restjwt::storage::postgres {
namespace {

using auth::Failure;
using auth::KeptTally;
using auth::Standing;
using auth::ThrottleBucket;

constexpr auto of_attempt =
    "SELECT account, address, failures, since, bans, until, forget FROM restjwt_throttle "
    "WHERE (account = $1 AND address IN ('', $2)) OR (account = '' AND address = $2)";
constexpr auto last_seen =
    "SELECT seen FROM restjwt_usual_address WHERE account = $1 AND address = $2";
// The row is there, and ours until the transaction ends.
constexpr auto locked =
    "INSERT INTO restjwt_throttle AS known VALUES ($1, $2, 0, 0, 0, NULL, 0) "
    "ON CONFLICT (account, address) DO UPDATE SET failures = known.failures "
    "RETURNING account, address, failures, since, bans, until, forget";
constexpr auto write =
    "UPDATE restjwt_throttle SET failures = $3, since = $4, bans = $5, until = $6, forget = $7 "
    "WHERE account = $1 AND address = $2";
constexpr auto clear = "DELETE FROM restjwt_throttle WHERE account = $1 AND address = $2";
constexpr auto note_usual =
    "INSERT INTO restjwt_usual_address AS known VALUES ($1, $2, $3) "
    "ON CONFLICT (account, address) DO UPDATE SET seen = greatest(known.seen, $3)";
constexpr auto keep_newest =
    "DELETE FROM restjwt_usual_address WHERE (account, address) IN "
    "(SELECT account, address FROM restjwt_usual_address WHERE account = $1 "
    "ORDER BY seen DESC OFFSET $2 FOR UPDATE SKIP LOCKED)";
constexpr auto in_force =
    "SELECT account, address, until, failures FROM restjwt_throttle WHERE until > $1 "
    "ORDER BY until DESC, account, address LIMIT $2";
// In the order in which add() locks them.
constexpr auto lifted =
    "WITH meant AS MATERIALIZED (SELECT account, address FROM restjwt_throttle "
    "WHERE ($1::text = '' AND $2::text = '') OR ($1 <> '' AND account = $1) "
    "OR ($1 = '' AND account = '' AND address = $2) ORDER BY account DESC, address FOR UPDATE) "
    "DELETE FROM restjwt_throttle USING meant WHERE restjwt_throttle.account = meant.account "
    "AND restjwt_throttle.address = meant.address RETURNING until";
// Who waits for nobody gets in nobody's way.
constexpr auto purge_tallies =
    "DELETE FROM restjwt_throttle WHERE (account, address) IN "
    "(SELECT account, address FROM restjwt_throttle WHERE forget <= $1 LIMIT $2 "
    "FOR UPDATE SKIP LOCKED)";
constexpr auto purge_usual =
    "DELETE FROM restjwt_usual_address WHERE (account, address) IN "
    "(SELECT account, address FROM restjwt_usual_address WHERE seen <= $1 LIMIT $2 "
    "FOR UPDATE SKIP LOCKED)";
constexpr auto may_be_lost = "SET LOCAL synchronous_commit = off";

class PostgresThrottle final : public auth::ThrottleStore {
 public:
  explicit PostgresThrottle(Pool& pool) : pool_(pool) {}

  std::string salt() override {
    auto row = pool_.take()->query("SELECT salt FROM restjwt_throttle_salt");
    return row.next() ? row.text(0) : std::string();
  }

  Standing find(const ThrottleBucket& who, TimePoint now) override {
    const auto connection = pool_.take();
    std::vector<KeptTally> kept;
    auto rows = connection->query(of_attempt, {who.account, who.address});
    while (rows.next()) kept.push_back(tally_in(rows));
    auto seen = connection->query(last_seen, {who.account, who.address});
    return auth::standing_of(kept, seen.next() ? optional_instant(seen, 0) : std::nullopt, now);
  }

  void add(std::span<const Failure> failures, TimePoint now) override {
    const auto connection = pool_.take();
    Transaction transaction(*connection);
    connection->execute(may_be_lost);
    for (const auto& failure : failures) {
      const auto& bucket = failure.bucket;
      auto row = connection->query(locked, {bucket.account, bucket.address});
      if (!row.next()) throw auth::StoreError("restjwt_throttle cannot be written to");
      auto tally = tally_in(row).tally;
      const bool begins = tally.add_failure(failure.rule, now);
      connection->query(write, {bucket.account, bucket.address, std::int64_t{tally.failures},
                                stored_instant(tally.since), std::int64_t{tally.bans},
                                stored_instant(tally.until), stored_instant(tally.forget)});
      if (!begins) continue;
      if (const auto event = event_of(failure, tally)) write_audit(*connection, *event);
    }
    transaction.commit();
  }

  void succeed(const ThrottleBucket& who, bool usual, TimePoint now) override {
    const auto connection = pool_.take();
    Transaction transaction(*connection);
    connection->execute(may_be_lost);
    connection->query(clear, {who.account, usual ? who.address : std::string()});
    if (!who.address.empty()) {
      connection->query(note_usual, {who.account, who.address, stored_instant(now)});
      connection->query(keep_newest, {who.account, bounded(auth::most_usual_addresses)});
    }
    transaction.commit();
  }

  std::vector<auth::Ban> bans(TimePoint now, std::size_t limit) override {
    auto rows = pool_.take()->query(in_force, {stored_instant(now), bounded(limit)});
    std::vector<auth::Ban> found;
    while (rows.next()) found.push_back(ban_in(rows));
    return found;
  }

  std::size_t lift(const ThrottleBucket& whose, TimePoint now,
                   const auth::AuditEvent& event) override {
    const auto connection = pool_.take();
    Transaction transaction(*connection);
    auto rows = connection->query(lifted, {whose.account, whose.address});
    std::size_t count = 0;
    while (rows.next()) count += !rows.is_null(0) && instant_of(rows.integer(0)) > now;
    if (count > 0) write_audit(*connection, event);
    transaction.commit();
    return count;
  }

  std::size_t purge_throttle(TimePoint now, std::size_t limit) override {
    const auto connection = pool_.take();
    auto purged = connection->query(purge_tallies, {stored_instant(now), bounded(limit)}).changes();
    purged +=
        connection
            ->query(purge_usual, {stored_instant(now - auth::usual_address_life), bounded(limit)})
            .changes();
    return purged;
  }

 private:
  Pool& pool_;
};

}  // namespace

std::unique_ptr<auth::ThrottleStore> make_throttle_store(Pool& pool) {
  return std::make_unique<PostgresThrottle>(pool);
}

}  // namespace restjwt::storage::postgres
