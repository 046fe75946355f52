#include "storage/sqlite/guarded_select.hpp"

#include <cmath>

#include <restjwt/unicode.hpp>

namespace restjwt::storage::sqlite {
namespace {

using auth::StoreError;

// About a second of SQLite's virtual machine: enough to scan a million rows, and an end for a join
// that nobody thought through.
constexpr int steps_between_looks = 10'000;
constexpr int looks_allowed = 5'000;

// A token has to fit into a header.
constexpr std::size_t longest_value = 4096;

/// While it lives, queries of the connection share one bound of steps.
class StepBound {
 public:
  explicit StepBound(Connection& connection) : connection_(connection) {
    sqlite3_progress_handler(connection_.handle(), steps_between_looks, &look, &looks_left_);
  }
  ~StepBound() { sqlite3_progress_handler(connection_.handle(), 0, nullptr, nullptr); }
  StepBound(const StepBound&) = delete;
  StepBound& operator=(const StepBound&) = delete;

 private:
  static int look(void* looks_left) { return --*static_cast<int*>(looks_left) < 0; }

  Connection& connection_;
  int looks_left_ = looks_allowed;
};

/// While it lives, no statement of the connection can be prepared that reads those columns: they
/// would go into every token.
class Hiding {
 public:
  Hiding(Connection& connection, const HiddenColumns& hidden) : connection_(connection) {
    connection_.allow_only_select(&hidden);
  }
  ~Hiding() { connection_.allow_only_select(); }
  Hiding(const Hiding&) = delete;
  Hiding& operator=(const Hiding&) = delete;

 private:
  Connection& connection_;
};

std::string utf8(std::string text, std::string_view what) {
  if (text.size() > longest_value) throw StoreError(std::string(what) + " is longer than 4 KiB");
  if (first_invalid_utf8(text) != text.size())
    throw StoreError(std::string(what) + " is not UTF-8 text");
  return text;
}

double finite(double number, std::string_view what) {
  if (!std::isfinite(number)) throw StoreError(std::string(what) + " is infinite");
  return number;
}

Json value(const Query& row, std::string_view what) {
  switch (row.type(0)) {
    case SQLITE_INTEGER:
      return row.integer(0);
    case SQLITE_FLOAT:
      return finite(row.real(0), what);
    case SQLITE_TEXT:
      return utf8(row.text(0), what);
    case SQLITE_NULL:
      return nullptr;
    default:
      throw StoreError(std::string(what) + " is a BLOB");
  }
}

}  // namespace

std::string objection(Connection& reader, const std::string& sql, const HiddenColumns& hidden) {
  const Hiding hiding(reader, hidden);
  sqlite3_stmt* prepared = nullptr;
  const char* rest = nullptr;
  if (sqlite3_prepare_v2(reader.handle(), sql.c_str(), -1, &prepared, &rest) != SQLITE_OK)
    return sqlite3_errmsg(reader.handle());
  const Statement statement(prepared);
  if (!statement) return "there is no statement";
  if (!sqlite3_stmt_readonly(prepared)) return "the statement is not a SELECT";
  if (sqlite3_bind_parameter_count(prepared) != 1)
    return "the statement must have exactly one parameter, the user's id";

  // What follows may be a comment, which prepares to nothing.
  sqlite3_stmt* second = nullptr;
  const int code = sqlite3_prepare_v2(reader.handle(), rest, -1, &second, nullptr);
  const Statement unwanted(second);
  return code == SQLITE_OK && !second ? "" : "there is more than one statement";
}

Secret guarded_secret(Connection& reader, std::string_view sql, const Value& id) {
  const StepBound bound(reader);
  auto rows = reader.query(sql, id);
  if (!rows.next() || rows.type(0) != SQLITE_TEXT) return {};
  return Secret::take(rows.text(0));
}

Json guarded_select(Connection& reader, std::string_view sql, const Value& id,
                    std::string_view what) {
  const StepBound bound(reader);
  auto rows = reader.query(sql, id);
  return rows.next() ? value(rows, what) : Json();
}

}  // namespace restjwt::storage::sqlite
