#pragma once
// SQLite's C interface as objects that clean up after themselves. Private to this folder.

#include "storage/value.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sqlite3.h>
#include <restjwt/auth/user.hpp>

namespace restjwt::storage::sqlite {

/// A change that a rule of the schema forbids.
struct ConstraintFailed : auth::StoreError {
  explicit ConstraintFailed(int extended_code);
  int code;
};

/// Throws StoreBusy, ConstraintFailed or StoreError with SQLite's name for the failure. Never with
/// sqlite3_errmsg(): that one may quote the statement.
[[noreturn]] void fail(int code);

struct Finalize {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

/// One run of a prepared statement. When it goes out of scope the statement is reset and its bound
/// values are forgotten.
class Query {
 public:
  template <class... Values>
  explicit Query(sqlite3_stmt* statement, const Values&... values) : statement_(statement) {
    int index = 0;
    (bind(++index, values), ...);
  }
  Query(sqlite3_stmt* statement, std::span<const Value> values);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// Steps to the next row; false when there is none. A change is on disk once this returned false.
  bool next();

  /// SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT, SQLITE_BLOB or SQLITE_NULL.
  int type(int column) const { return sqlite3_column_type(statement_, column); }
  bool is_null(int column) const { return type(column) == SQLITE_NULL; }
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  double real(int column) const { return sqlite3_column_double(statement_, column); }
  /// All bytes, NUL included; empty for NULL.
  std::string text(int column) const;

 private:
  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view value);
  template <std::same_as<Value> AnyValue>
  void bind(int index, const AnyValue& value) {
    std::visit([&](const auto& held) { bind(index, held); }, value);
  }
  void bind(int, std::nullptr_t) {}  // NULL is what a parameter is before it is bound

  sqlite3_stmt* statement_;
};

/// Columns no claim may read: the hashes of passwords, and keys of users.
struct HiddenColumns {
  std::string table;
  std::vector<std::string> columns;
};

enum class Access {
  write,
  read,       ///< writes nothing, but tidies up behind itself as SQLite does
  untouched,  ///< also leaves a log that it finds; would leave an empty one where there is none
};

/// An open database file. One thread at a time; see Pool.
class Connection {
 public:
  /// Opens an existing file and proves that it can be read as a database.
  Connection(const std::filesystem::path& file, std::chrono::milliseconds busy_timeout,
             Access access = Access::write);

  /// From now on this connection takes SELECT statements only. With a hidden column, which must
  /// live as long, none that reads that one, or Django's.
  void allow_only_select(const HiddenColumns* hidden = nullptr);

  /// Values are bound to ?1, ?2 and so on. The statement is prepared once and kept.
  template <class... Values>
  Query query(std::string_view sql, const Values&... values) {
    return Query(prepared(sql), values...);
  }
  Query query_with(std::string_view sql, std::span<const Value> values) {
    return Query(prepared(sql), values);
  }
  /// Runs all statements of a script.
  void execute(const std::string& script);
  /// Rows that the last INSERT, UPDATE or DELETE touched.
  int changes() const { return sqlite3_changes(handle_.get()); }

  /// How long a statement waits for a lock that somebody else holds.
  std::chrono::milliseconds busy_timeout() const noexcept { return busy_timeout_; }

  sqlite3* handle() const noexcept { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
  };

  sqlite3_stmt* prepared(std::string_view sql);

  std::chrono::milliseconds busy_timeout_;
  std::unique_ptr<sqlite3, Close> handle_;
  std::map<std::string, Statement, std::less<>> statements_;  // dies before its connection
};

/// A write transaction; undone unless commit() was reached.
class Transaction {
 public:
  // IMMEDIATE: a transaction that starts by reading and then finds another writer cannot wait for
  // it.
  explicit Transaction(Connection& connection) : connection_(connection) {
    connection_.execute("BEGIN IMMEDIATE");
  }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit() { connection_.execute("COMMIT"); }

 private:
  Connection& connection_;
};

}  // namespace restjwt::storage::sqlite
