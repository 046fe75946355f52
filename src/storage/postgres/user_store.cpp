#include <algorithm>
#include <chrono>

#include <restjwt/random.hpp>

#include "storage/date_time.hpp"
#include "storage/own_rows.hpp"
#include "storage/password_census.hpp"
#include "storage/postgres/stores.hpp"
#include "storage/postgres/user_rows.hpp"
#include "storage/postgres/user_trigger.hpp"

namespace restjwt::storage::postgres {
namespace {

using auth::StoreError;
using auth::User;
using auth::UserId;

/// The statements as PostgreSQL writes parameters: $1. A "?" inside quotes is part of a name.
std::string with_dollars(std::string sql) {
  bool quoted = false;
  for (char& letter : sql) {
    if (letter == '"') quoted = !quoted;
    if (letter == '?' && !quoted) letter = '$';
  }
  return sql;
}

// Not of the log: with every logout everybody would be forgotten.
constexpr auto count_changes = "SELECT coalesce(sum(count), 0)::bigint FROM restjwt_user_change";

class PostgresUserStore final : public auth::UserStore {
 public:
  PostgresUserStore(Pool& pool, const UserColumns& columns, const Table& table)
      : pool_(pool),
        columns_(columns),
        sql_(statements_of(columns)),
        rows_(columns),
        unknown_demand_(storage::unknown_demand(columns, table)) {}

  std::optional<User> find_by_id(const UserId& id) override {
    const auto stored = stored_id(columns_.id_form, id);
    if (!stored || !Parameter(*stored).can_be_stored()) return std::nullopt;
    return find_one(sql_.find_by_id, *stored, [](const User&) { return true; });
  }

  std::optional<User> find_by_username(std::string_view username) override {
    if (!can_be_stored(username)) return std::nullopt;
    // The column's type may compare without case.
    return find_one(sql_.find_by_username, username,
                    [username](const User& user) { return user.username == username; });
  }

  std::vector<User> list(std::optional<UserId> after, std::size_t limit) override {
    const auto stored = after ? stored_id(columns_.id_form, *after) : std::nullopt;
    if (after && (!stored || !Parameter(*stored).can_be_stored())) return {};
    const auto connection = pool_.take();
    auto rows = stored ? connection->query(sql_.next_page, {*stored, bounded(limit)})
                       : connection->query(sql_.first_page, {bounded(limit)});
    std::vector<User> users;
    while (rows.next()) users.push_back(rows_.user_in(rows));
    return users;
  }

  std::optional<User> add(const User& user) override {
    refuse_what_cannot_be_added(user, columns_, unknown_demand_);
    try {
      return insert(user);
    } catch (const ConstraintFailed&) {
      throw StoreError("a rule of the table " + columns_.table +
                       " refuses the user; another column may have to be unique");
    }
  }

  bool set_password(const UserId& id, std::string_view encoded) override {
    return change(sql_.set_password, id, {encoded});
  }

  bool replace_password(const UserId& id, std::string_view expected,
                        std::string_view encoded) override {
    const auto stored = stored_id(columns_.id_form, id);
    if (!stored || !Parameter(*stored).can_be_stored()) return false;
    const auto connection = pool_.take();
    Transaction transaction(*connection);
    begin_rehash(*connection);
    const auto replaced =
        connection->query(sql_.replace_password, {*stored, expected, encoded}).changes();
    transaction.commit();
    return replaced > 0;
  }

  bool set_active(const UserId& id, bool active) override {
    if (sql_.set_active.empty()) throw StoreError(no_is_active(columns_));
    return change(sql_.set_active, id, {active ? "1" : "0"});
  }

  bool set_last_login(const UserId& id, TimePoint instant) override {
    return !sql_.set_last_login.empty() &&
           change(sql_.set_last_login, id, {date_time_text(instant)});
  }

  bool remove(const UserId& id) override {
    constexpr auto foreign_key_violation = "23503";
    try {
      return change(sql_.remove, id, {});
    } catch (const ConstraintFailed& failure) {
      if (failure.sqlstate != foreign_key_violation) throw;
      throw StoreError("rows elsewhere still refer to the user; nothing was deleted");
    }
  }

  std::string commonest_password() override {
    PasswordCensus census;
    auto rows = pool_.take()->query(sql_.some_passwords);
    while (rows.next()) census.count(rows.text(0));
    return census.commonest();
  }

  std::uint32_t highest_pbkdf2_iterations() override {
    // In pieces: libpq would hold a million of them at once.
    const auto connection = pool_.take();
    Transaction transaction(*connection);
    connection->execute("DECLARE passwords NO SCROLL CURSOR FOR " + sql_.all_passwords);
    std::uint32_t highest = 0;
    for (bool more = true; more;) {
      auto rows = connection->query("FETCH 10000 FROM passwords");
      for (more = false; rows.next(); more = true)
        highest = std::max(highest, pbkdf2_iterations(rows.text(0)));
    }
    return highest;
  }

  std::int64_t change_counter() override {
    const auto connection = pool_.take();
    // Without it nothing would be counted, and no session end.
    require_user_trigger(*connection, columns_);
    auto rows = connection->query(count_changes);
    rows.next();
    return rows.integer(0);
  }

  void ping() override { pool_.take()->query(sql_.any_user); }

 private:
  template <class Accept>
  std::optional<User> find_one(std::string_view sql, const Parameter& key, Accept accept) {
    auto rows = pool_.take()->query(sql, {key});
    while (rows.next()) {
      if (rows.is_null(1)) continue;  // nobody: no token could say who it is
      auto user = rows_.user_in(rows);
      if (accept(user)) return user;
    }
    return std::nullopt;
  }

  bool change(std::string_view sql, const UserId& id, std::initializer_list<Parameter> values) {
    const auto stored = stored_id(columns_.id_form, id);
    if (!stored || !Parameter(*stored).can_be_stored()) return false;
    std::vector<Parameter> all{*stored};
    all.insert(all.end(), values);
    return pool_.take()->query_with(sql, all).changes() > 0;
  }

  std::optional<User> insert(const User& user) {
    const auto now = date_time_text(std::chrono::system_clock::now());
    std::vector<Parameter> values;
    for (const auto& cell : new_row(columns_, user, random_uuid(random_), now))
      values.push_back(Parameter::untyped(cell.value));
    auto rows = pool_.take()->query_with(sql_.add, values);
    return rows.next() ? std::optional(rows_.user_in(rows)) : std::nullopt;
  }

  Pool& pool_;
  const UserColumns columns_;
  const UserStatements sql_;
  const UserRows rows_;
  const std::string unknown_demand_;
  const RandomBytes random_ = system_random();
};

}  // namespace

UserStatements statements_of(const UserColumns& columns) {
  auto sql = statements_for(columns);
  for (auto* one :
       {&sql.find_by_id, &sql.find_by_username, &sql.credentials, &sql.first_page, &sql.next_page,
        &sql.add, &sql.set_password, &sql.replace_password, &sql.set_active, &sql.set_last_login,
        &sql.remove, &sql.some_passwords, &sql.all_passwords, &sql.any_user})
    *one = with_dollars(std::move(*one));
  return sql;
}

std::unique_ptr<auth::UserStore> make_user_store(Pool& pool, const UserColumns& columns,
                                                 const Table& table) {
  return std::make_unique<PostgresUserStore>(pool, columns, table);
}

}  // namespace restjwt::storage::postgres
