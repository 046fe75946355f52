#include "storage/postgres/failure.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "storage/postgres/connection.hpp"

namespace restjwt::storage::postgres {
namespace {

using Words = std::pair<std::string_view, const char*>;

// The longest beginning comes first.
constexpr std::array<Words, 19> known{{
    {"25006", "the database is read-only"},
    {"42501", "the role may not do this"},
    {"42P01", "a table is missing"},
    {"55P03", "another transaction holds a lock"},
    {"57014", "the statement took too long"},
    {"08", "the connection is broken"},
    {"0A", "the tables were altered meanwhile"},
    {"22", "a value does not fit its column"},
    {"23", "a rule of the schema forbids it"},
    {"26", "the server does not know a prepared statement"},
    {"28", "the role may not log in"},
    {"3D", "there is no such database"},
    {"40", "the statement got in the way of another one"},
    {"42", "the schema is not the one expected"},
    {"53", "the server has no memory, disk space or connection left"},
    {"57", "the server is starting or shutting down"},
    {"58", "the server has trouble with its files"},
    {"P0", "a rule of the schema forbids it"},
    {"XX", "the server has an internal error"},
}};

std::string words(const std::string& sqlstate) {
  const auto found = std::ranges::find_if(
      known, [&](const Words& words) { return sqlstate.starts_with(words.first); });
  const char* text = found == known.end() ? "the server refuses" : found->second;
  return std::string("PostgreSQL: ") + text + " (" + sqlstate + ")";
}

}  // namespace

ConstraintFailed::ConstraintFailed(std::string code)
    : StoreError(words(code)), sqlstate(std::move(code)) {}

void fail(const std::string& sqlstate) {
  if (sqlstate.starts_with("23")) throw ConstraintFailed(sqlstate);
  throw auth::StoreError(words(sqlstate));
}

bool has_outdated_statements(const std::string& sqlstate) {
  return sqlstate == "0A000" || sqlstate == "26000";
}

}  // namespace restjwt::storage::postgres
