#include "storage/postgres/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <new>

#include <sys/poll.h>
#include <restjwt/unicode.hpp>

#include "storage/postgres/failure.hpp"

namespace restjwt::storage::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr Oid int8 = 20;  // its number in pg_type

/// How much longer we wait than the server is told to take.
constexpr milliseconds grace{1000};

void ignore_notice(void*, const PGresult*) {}

}  // namespace

Parameter::Parameter(std::int64_t number) : text_(std::to_string(number)), type_(int8) {}

Parameter::Parameter(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) *this = Parameter(*number);
  if (const auto* text = std::get_if<std::string>(&value)) text_ = *text;
}

Parameter Parameter::untyped(const Value& value) {
  Parameter parameter(value);
  parameter.type_ = 0;
  return parameter;
}

bool Parameter::can_be_stored() const {
  return !text_ ||
         (text_->find('\0') == text_->npos && first_invalid_utf8(*text_) == text_->size());
}

std::int64_t Rows::integer(int column) const {
  const auto digits = text(column);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size())
    throw auth::StoreError("a column of the database holds no integer");
  return number;
}

bool Rows::flag(int column) const {
  const auto value = text(column);
  return !value.empty() && value != "f" && value != "0";
}

std::size_t Rows::changes() const {
  const std::string_view digits = PQcmdTuples(result_.get());
  std::size_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

Connection::Connection(const ConnectionInfo& info) : timeouts_(info.timeouts()) {
  connect(info);
  PQsetNoticeReceiver(handle_.get(), ignore_notice, nullptr);  // libpq would print them
  if (PQsetnonblocking(handle_.get(), 1) != 0) lose("no connection");
  configure();
}

void Connection::connect(const ConnectionInfo& info) {
  const auto deadline = steady_clock::now() + timeouts_.connect;
  handle_.reset(PQconnectStartParams(info.keywords().data(), info.values().data(), 0));
  if (!handle_) throw std::bad_alloc();
  auto state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    if (state == PGRES_POLLING_FAILED || PQstatus(handle_.get()) == CONNECTION_BAD)
      throw auth::StoreError("PostgreSQL: " + info.reason(PQerrorMessage(handle_.get())));
    if (!wait_for_socket(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline))
      throw auth::StoreError("PostgreSQL: no answer to a new connection in time");
    state = PQconnectPoll(handle_.get());
  }
}

void Connection::configure() {
  const auto in_ms = [](milliseconds time) { return std::to_string(time.count()); };
  // What grants or ends something is on disk before it is answered, whatever the server's default;
  // remote_apply and remote_write promise more.
  execute("SET statement_timeout = " + in_ms(timeouts_.statement) +
          "; SET lock_timeout = " + in_ms(timeouts_.lock) +
          "; SET idle_in_transaction_session_timeout = " + in_ms(timeouts_.statement + grace) +
          "; SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET default_transaction_isolation = "
          "'read committed'; SELECT set_config('synchronous_commit', 'on', false) "
          "WHERE current_setting('synchronous_commit') IN ('off', 'local')");
}

Rows Connection::query_with(std::string_view sql, std::span<const Parameter> values) {
  if (!std::ranges::all_of(values, &Parameter::can_be_stored))
    throw auth::StoreError("PostgreSQL cannot hold text that has a NUL or is not UTF-8");
  const auto& name = prepared(sql, values);
  std::vector<const char*> texts;
  for (const auto& value : values) texts.push_back(value.text());
  require(PQsendQueryPrepared(handle_.get(), name.c_str(), static_cast<int>(texts.size()),
                              texts.data(), nullptr, nullptr, 0));
  return answer();
}

void Connection::execute(const std::string& script) {
  require(PQsendQuery(handle_.get(), script.c_str()));
  answer();
}

const std::string& Connection::prepared(std::string_view sql, std::span<const Parameter> values) {
  if (const auto known = statements_.find(sql); known != statements_.end()) return known->second;
  std::vector<Oid> types;
  for (const auto& value : values) types.push_back(value.type());
  const auto name = "s" + std::to_string(statements_.size());
  const std::string text(sql);
  require(PQsendPrepare(handle_.get(), name.c_str(), text.c_str(), static_cast<int>(types.size()),
                        types.data()));
  answer();
  return statements_.emplace(text, name).first->second;
}

Rows Connection::answer() {
  const auto deadline = steady_clock::now() + timeouts_.statement + grace;
  flush(deadline);
  std::optional<Rows> last;
  std::string failure;
  while (true) {
    while (PQisBusy(handle_.get())) wait_for_answer(POLLIN, deadline);
    PGresult* result = PQgetResult(handle_.get());
    if (!result) break;
    last.emplace(result);
    const auto status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || !failure.empty()) continue;
    // No code: libpq lost the server.
    const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    failure = sqlstate ? sqlstate : "08006";
  }
  if (PQstatus(handle_.get()) == CONNECTION_BAD || has_outdated_statements(failure)) lost_ = true;
  if (!failure.empty()) fail(failure);
  if (!last) lose("PostgreSQL: the connection is broken");
  return std::move(*last);
}

void Connection::flush(Deadline deadline) {
  while (true) {
    const int unsent = PQflush(handle_.get());
    if (unsent == 0) return;
    if (unsent < 0) lose("PostgreSQL: the connection is broken");
    wait_for_answer(POLLIN | POLLOUT, deadline);  // a server that wants to be read first
  }
}

bool Connection::wait_for_socket(short events, Deadline deadline) const {
  pollfd socket{.fd = PQsocket(handle_.get()), .events = events, .revents = 0};
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    const int ready = ::poll(&socket, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready == 0) return false;
    if (ready > 0 || errno != EINTR) return true;  // libpq finds out what is wrong
  }
}

void Connection::wait_for_answer(short events, Deadline deadline) {
  if (!wait_for_socket(events, deadline)) lose("PostgreSQL: no answer in time");
  if (!PQconsumeInput(handle_.get())) lose("PostgreSQL: the connection is broken");
}

bool Connection::wait_for_notification(milliseconds longest) {
  const auto deadline = steady_clock::now() + longest;
  if (!wait_for_socket(POLLIN, deadline)) return false;
  if (!PQconsumeInput(handle_.get())) lose("PostgreSQL: the connection is broken");
  return true;
}

std::optional<std::string> Connection::next_notification() {
  struct Free {
    void operator()(PGnotify* notification) const noexcept { PQfreemem(notification); }
  };
  const std::unique_ptr<PGnotify, Free> notification(PQnotifies(handle_.get()));
  if (!notification) return std::nullopt;
  return notification->extra;
}

bool Connection::is_usable() {
  if (lost_ || PQtransactionStatus(handle_.get()) != PQTRANS_IDLE) return false;
  // Nobody waits on it: there is something to read when the server has said good-bye.
  return PQstatus(handle_.get()) == CONNECTION_OK && !wait_for_socket(POLLIN, steady_clock::now());
}

void Connection::lose(const std::string& reason) {
  lost_ = true;
  throw auth::StoreError(reason);
}

void Connection::require(bool sent) {
  if (lost_ || !sent) lose("PostgreSQL: the connection is broken");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    connection_.execute("ROLLBACK");
  } catch (const auth::StoreError&) {
    // The pool gives up a connection that is still in a transaction.
  }
}

}  // namespace restjwt::storage::postgres
