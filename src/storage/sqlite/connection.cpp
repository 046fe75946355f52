#include "storage/sqlite/connection.hpp"

#include <restjwt/auth/user.hpp>

namespace restjwt::storage::sqlite {
namespace {

void check(int code) {
  if (code != SQLITE_OK) fail(code);
}

using namespace std::string_view_literals;

int select_only(void* hides_passwords, int action, const char* table, const char* column,
                const char*, const char*) {
  switch (action) {
    case SQLITE_READ:
      if (hides_passwords && table == "auth_user"sv && column == "password"sv) return SQLITE_DENY;
      return SQLITE_OK;
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
  throw auth::StoreError(sqlite3_errstr(code));
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

Connection::Connection(const std::filesystem::path& file, std::chrono::milliseconds busy_timeout) {
  // The "./" because ":memory:" and "" are names with a meaning. Never SQLITE_OPEN_CREATE: SQLite
  // would choose the file's mode.
  const auto path = std::filesystem::path(".") / file;
  const auto flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  handle_.reset(handle);
  check(code);

  check(sqlite3_busy_timeout(handle, static_cast<int>(busy_timeout.count())));
  // A file from elsewhere may be hostile: https://www.sqlite.org/security.html
  check(sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr));
  check(sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr));
  check(sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr));
  // In WAL mode NORMAL would lose acknowledged commits at a power cut.
  execute("PRAGMA synchronous = FULL");
  execute("PRAGMA schema_version");  // the first read: fails when this is no database
}

void Connection::allow_only_select() {
  check(sqlite3_set_authorizer(handle_.get(), select_only, nullptr));
}

void Connection::allow_only_select_without_passwords() {
  check(sqlite3_set_authorizer(handle_.get(), select_only, this));  // any pointer says yes
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
