#include "storage/own_rows.hpp"
#include "storage/sqlite/stores.hpp"
#include "storage/throttle_rows.hpp"

namespace restjwt::storage::sqlite {
namespace {

using auth::Failure;
using auth::KeptTally;
using auth::Standing;
using auth::ThrottleBucket;

constexpr auto of_attempt =
    "SELECT account, address, failures, since, bans, until, forget FROM restjwt_throttle "
    "WHERE (account = ?1 AND address IN ('', ?2)) OR (account = '' AND address = ?2)";
constexpr auto last_seen =
    "SELECT seen FROM restjwt_usual_address WHERE account = ?1 AND address = ?2";
constexpr auto one =
    "SELECT account, address, failures, since, bans, until, forget FROM restjwt_throttle "
    "WHERE account = ?1 AND address = ?2";
constexpr auto write = "REPLACE INTO restjwt_throttle VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
constexpr auto clear = "DELETE FROM restjwt_throttle WHERE account = ?1 AND address = ?2";
constexpr auto note_usual =
    "INSERT INTO restjwt_usual_address VALUES (?1, ?2, ?3) "
    "ON CONFLICT (account, address) DO UPDATE SET seen = max(seen, ?3)";
constexpr auto keep_newest =
    "DELETE FROM restjwt_usual_address WHERE account = ?1 AND address NOT IN "
    "(SELECT address FROM restjwt_usual_address WHERE account = ?1 ORDER BY seen DESC LIMIT ?2)";
constexpr auto in_force =
    "SELECT account, address, until, failures FROM restjwt_throttle WHERE until > ?1 "
    "ORDER BY until DESC, account, address LIMIT ?2";
constexpr auto lifted =
    "DELETE FROM restjwt_throttle WHERE (?1 = '' AND ?2 = '') OR (?1 <> '' AND account = ?1) "
    "OR (?1 = '' AND account = '' AND address = ?2) RETURNING until";
constexpr auto purge_tallies =
    "DELETE FROM restjwt_throttle WHERE (account, address) IN "
    "(SELECT account, address FROM restjwt_throttle WHERE forget <= ?1 LIMIT ?2)";
constexpr auto purge_usual =
    "DELETE FROM restjwt_usual_address WHERE (account, address) IN "
    "(SELECT account, address FROM restjwt_usual_address WHERE seen <= ?1 LIMIT ?2)";

class SqliteThrottle final : public auth::ThrottleStore {
 public:
  explicit SqliteThrottle(Pools& pools) : pools_(pools) {}

  std::string salt() override {
    const auto reader = pools_.readers.take();
    auto row = reader->query("SELECT salt FROM restjwt_throttle_salt");
    return row.next() ? row.text(0) : std::string();
  }

  Standing find(const ThrottleBucket& who, TimePoint now) override {
    pools_.file.require_same();
    const auto reader = pools_.readers.take();
    std::vector<KeptTally> kept;
    auto rows = reader->query(of_attempt, who.account, who.address);
    while (rows.next()) kept.push_back(tally_in(rows));
    auto seen = reader->query(last_seen, who.account, who.address);
    return auth::standing_of(kept, seen.next() ? optional_instant(seen, 0) : std::nullopt, now);
  }

  void add(std::span<const Failure> failures, TimePoint now) override {
    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    Transaction transaction(*connection);
    for (const auto& failure : failures) {
      auto tally = tally_of(*connection, failure.bucket);
      const bool begins = tally.add_failure(failure.rule, now);
      connection
          ->query(write, failure.bucket.account, failure.bucket.address,
                  std::int64_t{tally.failures}, stored_instant(tally.since),
                  std::int64_t{tally.bans}, stored_instant(tally.until),
                  stored_instant(tally.forget))
          .next();
      if (!begins) continue;
      if (const auto event = event_of(failure, tally)) write_audit(*connection, *event);
    }
    transaction.commit();
  }

  void succeed(const ThrottleBucket& who, bool usual, TimePoint now) override {
    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    Transaction transaction(*connection);
    connection->query(clear, who.account, usual ? who.address : std::string()).next();
    if (!who.address.empty()) {
      connection->query(note_usual, who.account, who.address, stored_instant(now)).next();
      connection->query(keep_newest, who.account, bounded(auth::most_usual_addresses)).next();
    }
    transaction.commit();
  }

  std::vector<auth::Ban> bans(TimePoint now, std::size_t limit) override {
    pools_.file.require_same();
    const auto reader = pools_.readers.take();
    auto rows = reader->query(in_force, stored_instant(now), bounded(limit));
    std::vector<auth::Ban> found;
    while (rows.next()) found.push_back(ban_in(rows));
    return found;
  }

  std::size_t lift(const ThrottleBucket& whose, TimePoint now,
                   const auth::AuditEvent& event) override {
    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    Transaction transaction(*connection);
    std::size_t count = 0;
    {
      auto rows = connection->query(lifted, whose.account, whose.address);
      while (rows.next()) count += !rows.is_null(0) && instant_of(rows.integer(0)) > now;
    }
    if (count > 0) write_audit(*connection, event);
    transaction.commit();
    return count;
  }

  std::size_t purge_throttle(TimePoint now, std::size_t limit) override {
    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    connection->query(purge_tallies, stored_instant(now), bounded(limit)).next();
    auto purged = connection->changes();
    connection->query(purge_usual, stored_instant(now - auth::usual_address_life), bounded(limit))
        .next();
    purged += connection->changes();
    return static_cast<std::size_t>(purged);
  }

 private:
  static auth::Tally tally_of(Connection& connection, const ThrottleBucket& bucket) {
    auto row = connection.query(one, bucket.account, bucket.address);
    return row.next() ? tally_in(row).tally : auth::Tally{};
  }

  Pools& pools_;
};

}  // namespace

std::unique_ptr<auth::ThrottleStore> make_throttle_store(Pools& pools) {
  return std::make_unique<SqliteThrottle>(pools);
}

}  // namespace restjwt::storage::sqlite
