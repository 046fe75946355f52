#pragma once
// libpq's C interface as objects that clean up after themselves, and that never wait for ever.
// Private to this folder.

#include "storage/postgres/conninfo.hpp"
#include "storage/value.hpp"

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <libpq-fe.h>
#include <restjwt/auth/user.hpp>

namespace restjwt::storage::postgres {

/// A change that a rule of the schema forbids.
struct ConstraintFailed : auth::StoreError {
  explicit ConstraintFailed(std::string code);
  std::string sqlstate;
};

/// A value on its way to the server, as text.
class Parameter {
 public:
  Parameter(std::int64_t number);
  Parameter(std::string_view text) : text_(text) {}
  Parameter(const std::string& text) : text_(text) {}
  Parameter(const char* text) : text_(text) {}
  Parameter(std::nullptr_t) {}
  Parameter(const Value& value);
  /// Of whatever type its place demands: 1 may become true.
  static Parameter untyped(const Value& value);

  const char* text() const noexcept { return text_ ? text_->c_str() : nullptr; }
  Oid type() const noexcept { return type_; }
  /// False for what no column can hold: a NUL, or what is not UTF-8.
  bool can_be_stored() const;

 private:
  std::optional<std::string> text_{};
  Oid type_ = 0;  // the server finds out
};

/// The rows that a statement gave.
class Rows {
 public:
  explicit Rows(PGresult* result) : result_(result) {}

  bool next() { return ++row_ < PQntuples(result_.get()); }
  bool is_null(int column) const { return PQgetisnull(result_.get(), row_, column) != 0; }
  /// Empty for NULL.
  std::string text(int column) const {
    return {PQgetvalue(result_.get(), row_, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row_, column))};
  }
  std::int64_t integer(int column) const;
  /// Whatever the type: a boolean or a number.
  bool flag(int column) const;
  /// How many rows the statement touched.
  std::size_t changes() const;

 private:
  struct Clear {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
  };
  std::unique_ptr<PGresult, Clear> result_;
  int row_ = -1;
};

/// One thread at a time; see Pool.
class Connection {
 public:
  /// Throws StoreError when there is no database, or no answer in time.
  explicit Connection(const ConnectionInfo& info);

  /// Values are bound to $1, $2 and so on. The statement is prepared once and kept.
  Rows query(std::string_view sql, std::initializer_list<Parameter> values = {}) {
    return query_with(sql, {values.begin(), values.size()});
  }
  Rows query_with(std::string_view sql, std::span<const Parameter> values);
  /// Runs all statements of a script.
  void execute(const std::string& script);

  /// Waits for something to be announced; false when nothing came. Throws StoreError when the
  /// connection is broken.
  bool wait_for_notification(std::chrono::milliseconds longest);
  /// The payload of the next announcement that has come in.
  std::optional<std::string> next_notification();

  /// Whether it can be used again. Looks, without waiting, whether the server has closed it.
  bool is_usable();

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  struct Finish {
    void operator()(PGconn* handle) const noexcept { PQfinish(handle); }
  };

  void connect(const ConnectionInfo& info);
  void configure();
  const std::string& prepared(std::string_view sql, std::span<const Parameter> values);
  /// What was sent is answered, or this throws.
  Rows answer();
  void flush(Deadline deadline);
  /// False when the deadline has come.
  bool wait_for_socket(short events, Deadline deadline) const;
  void wait_for_answer(short events, Deadline deadline);
  [[noreturn]] void lose(const std::string& reason);
  void require(bool sent);

  Timeouts timeouts_;
  std::unique_ptr<PGconn, Finish> handle_{};
  bool lost_ = false;
  std::map<std::string, std::string, std::less<>> statements_{};  // names by their SQL
};

/// Undone unless commit() was reached.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {
    connection_.execute("BEGIN");
  }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit() {
    connection_.execute("COMMIT");
    open_ = false;
  }

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace restjwt::storage::postgres
