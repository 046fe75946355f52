#include "storage/sqlite/connection.hpp"

#include <algorithm>

namespace restjwt::storage::sqlite {
namespace {

void check(int code) {
  if (code != SQLITE_OK) fail(code);
}

bool same(const std::string& name, const char* other) {
  return sqlite3_stricmp(name.c_str(), other) == 0;
}

int select_only(void* hidden_columns, int action, const char* table, const char* column,
                const char*, const char*) {
  static const HiddenColumns djangos{"auth_user", {"password"}};
  const auto* hidden = static_cast<const HiddenColumns*>(hidden_columns);
  const auto is = [&](const HiddenColumns& those) {
    return same(those.table, table) && std::ranges::any_of(those.columns, [&](const auto& one) {
             return !one.empty() && same(one, column);  // count(*) reads the column ""
           });
  };
  switch (action) {
    case SQLITE_READ:
      return hidden && (is(*hidden) || is(djangos)) ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_SELECT:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    default:
      return SQLITE_DENY;
  }
}

}  // namespace

void fail(int code) {
  const int kind = code & 0xFF;  // without the extension
  if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED) throw auth::StoreBusy(sqlite3_errstr(code));
  if (kind == SQLITE_CONSTRAINT) throw ConstraintFailed(code);
  throw auth::StoreError(sqlite3_errstr(code));
}

ConstraintFailed::ConstraintFailed(int extended_code)
    : StoreError(sqlite3_errstr(extended_code)), code(extended_code) {}

Query::Query(sqlite3_stmt* statement, std::span<const Value> values) : statement_(statement) {
  int index = 0;
  for (const auto& value : values) bind(++index, value);
}

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool Query::next() {
  const int code = sqlite3_step(statement_);
  if (code != SQLITE_ROW && code != SQLITE_DONE) fail(code);
  return code == SQLITE_ROW;
}

std::string Query::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  if (bytes) return {bytes, size};
  // NULL, or no memory to convert the value: an empty name or hash must not come from that.
  if (sqlite3_errcode(sqlite3_db_handle(statement_)) == SQLITE_NOMEM) fail(SQLITE_NOMEM);
  return {};
}

void Query::bind(int index, std::int64_t value) {
  check(sqlite3_bind_int64(statement_, index, value));
}

void Query::bind(int index, std::string_view value) {
  // A null pointer would bind NULL instead of the empty text.
  const char* bytes = value.data() ? value.data() : "";
  check(sqlite3_bind_text64(statement_, index, bytes, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

Connection::Connection(const std::filesystem::path& file, std::chrono::milliseconds busy_timeout,
                       Access access)
    : busy_timeout_(busy_timeout) {
  // The "./" because ":memory:" and "" are names with a meaning. Never SQLITE_OPEN_CREATE: SQLite
  // would choose the file's mode.
  const auto path = std::filesystem::path(".") / file;
  const auto flags = (access == Access::untouched ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                     SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  handle_.reset(handle);
  check(code);

  check(sqlite3_busy_timeout(handle, static_cast<int>(busy_timeout.count())));
  // A file from elsewhere may be hostile: https://www.sqlite.org/security.html
  check(sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr));
  check(sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr));
  check(sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr));
  // Otherwise "username" would be the text of that name as soon as somebody drops the column.
  check(sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr));
  // No value of ours is longer; an administrator's statement could otherwise fill the memory.
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 1 << 20);
  // In WAL mode NORMAL would lose acknowledged commits at a power cut.
  execute("PRAGMA synchronous = FULL");
  if (access != Access::write) execute("PRAGMA query_only = ON");
  execute("PRAGMA schema_version");  // the first read: fails when this is no database
}

void Connection::allow_only_select(const HiddenColumns* hidden) {
  check(sqlite3_set_authorizer(handle_.get(), select_only, const_cast<HiddenColumns*>(hidden)));
}

void Connection::execute(const std::string& script) {
  check(sqlite3_exec(handle_.get(), script.c_str(), nullptr, nullptr, nullptr));
}

sqlite3_stmt* Connection::prepared(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end())
    return known->second.get();
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
  return statements_.emplace(sql, statement).first->second.get();
}

Transaction::~Transaction() {
  // After commit(), and after a failure that SQLite itself undid, there is nothing to roll back.
  if (!sqlite3_get_autocommit(connection_.handle()))
    sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace restjwt::storage::sqlite
