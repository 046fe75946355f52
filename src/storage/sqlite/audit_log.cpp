#include "storage/own_rows.hpp"
#include "storage/sqlite/stores.hpp"

namespace restjwt::storage::sqlite {
namespace {

constexpr auto write = "INSERT INTO restjwt_audit (line) VALUES (?1)";

class SqliteAuditLog final : public auth::AuditLog {
 public:
  explicit SqliteAuditLog(Pools& pools) : pools_(pools) {}

  void record(std::span<const auth::AuditEvent> events) override {
    if (events.empty()) return;
    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    Transaction transaction(*connection);
    for (const auto& event : events) write_audit(*connection, event);
    transaction.commit();
  }

  std::vector<auth::AuditLine> read_audit(std::uint64_t after, std::size_t limit) override {
    pools_.file.require_same();
    const auto reader = pools_.readers.take();
    auto rows = reader->query(
        "SELECT number, line FROM restjwt_audit WHERE number > ?1 ORDER BY number LIMIT ?2",
        static_cast<std::int64_t>(after), bounded(limit));
    std::vector<auth::AuditLine> lines;
    while (rows.next())
      lines.push_back({static_cast<std::uint64_t>(rows.integer(0)), rows.text(1)});
    return lines;
  }

 private:
  Pools& pools_;
};

}  // namespace

void write_audit(Connection& connection, const auth::AuditEvent& event) {
  connection.query(write, to_text(auth::to_json(event))).next();
}

std::unique_ptr<auth::AuditLog> make_audit_log(Pools& pools) {
  return std::make_unique<SqliteAuditLog>(pools);
}

}  // namespace restjwt::storage::sqlite
