#include "storage/own_rows.hpp"
#include "storage/postgres/stores.hpp"

namespace restjwt::storage::postgres {
namespace {

// A sequence numbers lines before they are committed, in any order. Writers hold the lock together;
// a reader who had it alone for a moment has all lines below the highest.
constexpr auto write =
    "WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(1919578228, 2)) "
    "INSERT INTO restjwt_audit (line) SELECT $1 FROM held";
constexpr auto wait_for_writers = "SELECT pg_advisory_xact_lock(1919578228, 2)";
constexpr auto behind =
    "SELECT number, line FROM restjwt_audit WHERE number > $1 ORDER BY number LIMIT $2";

class PostgresAuditLog final : public auth::AuditLog {
 public:
  explicit PostgresAuditLog(Pool& pool) : pool_(pool) {}

  void record(std::span<const auth::AuditEvent> events) override {
    if (events.empty()) return;
    const auto connection = pool_.take();
    Transaction transaction(*connection);
    for (const auto& event : events) write_audit(*connection, event);
    transaction.commit();
  }

  std::vector<auth::AuditLine> read_audit(std::uint64_t after, std::size_t limit) override {
    const auto connection = pool_.take();
    connection->query(wait_for_writers);
    auto rows = connection->query(behind, {static_cast<std::int64_t>(after), bounded(limit)});
    std::vector<auth::AuditLine> lines;
    while (rows.next())
      lines.push_back({static_cast<std::uint64_t>(rows.integer(0)), rows.text(1)});
    return lines;
  }

 private:
  Pool& pool_;
};

}  // namespace

void write_audit(Connection& connection, const auth::AuditEvent& event) {
  connection.query(write, {to_text(auth::to_json(event))});
}

std::unique_ptr<auth::AuditLog> make_audit_log(Pool& pool) {
  return std::make_unique<PostgresAuditLog>(pool);
}

}  // namespace restjwt::storage::postgres
