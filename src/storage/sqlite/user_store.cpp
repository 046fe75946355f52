#include "storage/sqlite/user_store.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>

#include <restjwt/random.hpp>

#include "storage/date_time.hpp"
#include "storage/password_census.hpp"
#include "storage/sqlite/table_info.hpp"
#include "storage/sqlite/user_rows.hpp"
#include "storage/sqlite/user_triggers.hpp"

namespace restjwt::storage::sqlite {
namespace {

using auth::StoreError;
using auth::User;
using auth::UserId;

class SqliteUserStore final : public auth::UserStore {
 public:
  SqliteUserStore(Pools& pools, const UserTable& wanted, const Table& table)
      : pools_(pools),
        columns_(find_columns(wanted, table)),
        sql_(statements_for(columns_)),
        rows_(wanted, columns_, *pools.readers.take()),
        unknown_demand_(storage::unknown_demand(columns_, table)),
        keeps_sessions_(has_sessions(*pools.readers.take())),
        schema_(-1) {}

  std::optional<User> find_by_id(const UserId& id) override {
    const auto stored = stored_id(columns_.id_form, id);
    if (!stored) return std::nullopt;
    const auto reader = pools_.readers.take();
    auto user = find_one(*reader, sql_.find_by_id, *stored, [](const User&) { return true; });
    if (user) rows_.complete(*user, *reader);
    return user;
  }

  std::optional<User> find_by_username(std::string_view username) override {
    // The column may be declared to compare without case.
    return find_one(*pools_.readers.take(), sql_.find_by_username, username,
                    [username](const User& user) { return user.username == username; });
  }

  std::vector<User> list(std::optional<UserId> after, std::size_t limit) override {
    const auto stored = after ? stored_id(columns_.id_form, *after) : std::nullopt;
    if (after && !stored) return {};
    constexpr auto highest = std::numeric_limits<std::int64_t>::max();
    const auto rows_wanted = static_cast<std::int64_t>(std::min<std::size_t>(limit, highest));

    const auto connection = pools_.readers.take();
    auto rows = stored ? connection->query(sql_.next_page, *stored, rows_wanted)
                       : connection->query(sql_.first_page, rows_wanted);
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
    return change(sql_.set_password, id, encoded);
  }

  bool replace_password(const UserId& id, std::string_view expected,
                        std::string_view encoded) override {
    if (!keeps_sessions_) return change(sql_.replace_password, id, expected, encoded);
    const auto stored = stored_id(columns_.id_form, id);
    if (!stored) return false;
    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    // The password stays what it was, so nobody's session ends: the trigger looks here.
    Transaction transaction(*connection);
    connection->query("INSERT INTO restjwt_rehash VALUES (?1)", *stored).next();
    connection->query(sql_.replace_password, *stored, expected, encoded).next();
    const bool replaced = connection->changes() > 0;
    connection->query("DELETE FROM restjwt_rehash").next();
    transaction.commit();
    return replaced;
  }

  bool set_active(const UserId& id, bool active) override {
    if (sql_.set_active.empty()) throw StoreError(no_is_active(columns_));
    return change(sql_.set_active, id, active);
  }

  bool set_last_login(const UserId& id, TimePoint instant) override {
    return !sql_.set_last_login.empty() && change(sql_.set_last_login, id, date_time_text(instant));
  }

  bool remove(const UserId& id) override {
    try {
      return change(sql_.remove, id);
    } catch (const ConstraintFailed& failure) {
      if (failure.code != SQLITE_CONSTRAINT_FOREIGNKEY) throw;
      throw StoreError("rows elsewhere still refer to the user; nothing was deleted");
    }
  }

  std::string commonest_password() override {
    PasswordCensus census;
    for_each_password(sql_.some_passwords, [&](const auto& encoded) { census.count(encoded); });
    return census.commonest();
  }

  std::uint32_t highest_pbkdf2_iterations() override {
    std::uint32_t highest = 0;
    for_each_password(sql_.all_passwords, [&](const auto& encoded) {
      highest = std::max(highest, pbkdf2_iterations(encoded));
    });
    return highest;
  }

  std::int64_t change_counter() override {
    pools_.file.look();
    if (!keeps_sessions_) return monitored("PRAGMA data_version");
    const auto schema = monitored("PRAGMA schema_version");
    if (schema_.load() != schema) {
      // Django's migrations may make the table anew, without its triggers, also before we started.
      keep_user_triggers(*pools_.writer.take(), columns_);
      schema_.store(schema);
    }
    // Each only grows, so the sum tells.
    const auto elsewhere = rows_.read_elsewhere() ? monitored("PRAGMA data_version") : 0;
    return (schema << 32) + monitored("SELECT value FROM restjwt_user_counter") + elsewhere;
  }

  void ping() override {
    pools_.file.look();
    pools_.readers.take()->query(sql_.any_user).next();
  }

 private:
  std::int64_t monitored(std::string_view sql) {
    const auto connection = pools_.monitor.take();
    auto row = connection->query(sql);
    row.next();
    return row.integer(0);
  }

  template <class Key, class Accept>
  std::optional<User> find_one(Connection& reader, std::string_view sql, const Key& key,
                               Accept accept) {
    pools_.file.require_same();
    auto rows = reader.query(sql, key);
    while (rows.next()) {
      if (rows.is_null(1)) continue;  // nobody: no token could say who it is
      auto user = rows_.user_in(rows);
      if (accept(user)) return user;
    }
    return std::nullopt;
  }

  template <class... Values>
  bool change(std::string_view sql, const UserId& id, const Values&... values) {
    const auto stored = stored_id(columns_.id_form, id);
    if (!stored) return false;
    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    connection->query(sql, *stored, values...).next();
    return connection->changes() > 0;
  }

  template <class Action>
  void for_each_password(std::string_view sql, Action action) {
    const auto connection = pools_.readers.take();
    auto rows = connection->query(sql);
    while (rows.next()) action(rows.text(0));
  }

  std::optional<User> insert(const User& user) {
    const auto now = date_time_text(std::chrono::system_clock::now());
    const auto row = new_row(columns_, user, random_uuid(random_), now);
    std::vector<Value> values;
    for (const auto& cell : row) values.push_back(cell.value);

    pools_.file.require_same();
    const auto connection = pools_.writer.take();
    auto rows = connection->query_with(sql_.add, values);
    std::optional<User> added;
    while (rows.next()) added = rows_.user_in(rows);  // to the end: only then it is committed
    return added;
  }

  Pools& pools_;
  const UserColumns columns_;
  const UserStatements sql_;
  const UserRows rows_;
  const std::string unknown_demand_;
  const bool keeps_sessions_;
  std::atomic<std::int64_t> schema_;
  const RandomBytes random_ = system_random();
};

}  // namespace

std::unique_ptr<auth::UserStore> make_user_store(Pools& pools, const UserTable& wanted) {
  const auto table = table_named(*pools.monitor.take(), wanted.name);
  return std::make_unique<SqliteUserStore>(pools, wanted, table);
}

}  // namespace restjwt::storage::sqlite
