#include "storage/sqlite/user_store.hpp"

#include <algorithm>
#include <limits>

#include "storage/password_census.hpp"

namespace restjwt::storage::sqlite {
namespace {

using auth::User;
using auth::UserId;

#define USER_COLUMNS                                                                             \
  "id, username, email, first_name, last_name, is_active, is_staff, is_superuser, date_joined, " \
  "last_login, password"

User user_in(const Query& row) {
  return {.id = row.integer(0),
          .username = row.text(1),
          .email = row.text(2),
          .first_name = row.text(3),
          .last_name = row.text(4),
          .is_active = row.integer(5) != 0,
          .is_staff = row.integer(6) != 0,
          .is_superuser = row.integer(7) != 0,
          .date_joined = row.text(8),
          .last_login = row.text(9),
          .password = row.text(10)};
}

// Django before 1.8 demands a last_login and starts it at date_joined.
constexpr auto insert_user =
    "WITH moment (joined) AS"
    "  (SELECT coalesce(nullif(?8, ''), strftime('%Y-%m-%d %H:%M:%f000', 'now'))) "
    "INSERT INTO auth_user (username, email, first_name, last_name, is_active, is_staff, "
    "  is_superuser, date_joined, last_login, password) "
    "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, joined, "
    "  coalesce(nullif(?9, ''), iif(last_login.\"notnull\", joined, NULL)), ?10 "
    "FROM moment, pragma_table_info('auth_user') AS last_login "
    "WHERE last_login.name = 'last_login' "
    "ON CONFLICT (username) DO NOTHING RETURNING " USER_COLUMNS;

class SqliteUserStore final : public auth::UserStore {
 public:
  explicit SqliteUserStore(Pools& pools) : pools_(pools) {}

  std::optional<User> find_by_id(const UserId& id) override {
    if (!id.is_number()) return std::nullopt;
    return find_one("SELECT " USER_COLUMNS " FROM auth_user WHERE id = ?1", id.number());
  }

  std::optional<User> find_by_username(std::string_view username) override {
    return find_one("SELECT " USER_COLUMNS " FROM auth_user WHERE username = ?1", username);
  }

  std::vector<User> list(std::optional<UserId> after, std::size_t limit) override {
    if (after && !after->is_number()) return {};  // text comes after every number
    constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
    constexpr auto highest = std::numeric_limits<std::int64_t>::max();
    const auto connection = pools_.readers.take();
    auto rows = connection->query("SELECT " USER_COLUMNS
                                  " FROM auth_user WHERE id > ?1 ORDER BY id LIMIT ?2",
                                  after ? after->number() : lowest,
                                  static_cast<std::int64_t>(std::min<std::size_t>(limit, highest)));
    std::vector<User> users;
    while (rows.next()) users.push_back(user_in(rows));
    return users;
  }

  std::optional<User> add(const User& user) override {
    const auto connection = pools_.writer.take();
    auto rows = connection->query(insert_user, user.username, user.email, user.first_name,
                                  user.last_name, user.is_active, user.is_staff, user.is_superuser,
                                  user.date_joined, user.last_login, user.password);
    std::optional<User> added;
    while (rows.next()) added = user_in(rows);  // to the end: only then it is committed
    return added;
  }

  bool set_password(const UserId& id, std::string_view encoded) override {
    return change("UPDATE auth_user SET password = ?2 WHERE id = ?1", id, encoded);
  }

  bool replace_password(const UserId& id, std::string_view expected,
                        std::string_view encoded) override {
    return change("UPDATE auth_user SET password = ?3 WHERE id = ?1 AND password = ?2", id,
                  expected, encoded);
  }

  bool set_active(const UserId& id, bool active) override {
    return change("UPDATE auth_user SET is_active = ?2 WHERE id = ?1", id, active);
  }

  bool remove(const UserId& id) override {
    return change("DELETE FROM auth_user WHERE id = ?1", id);
  }

  std::string commonest_password() override {
    // The newest users are the ones who log in, and a million rows would take a second.
    const auto connection = pools_.readers.take();
    auto rows = connection->query("SELECT password FROM auth_user ORDER BY id DESC LIMIT 10000");
    PasswordCensus census;
    while (rows.next()) census.count(rows.text(0));
    return census.commonest();
  }

  std::int64_t change_counter() override {
    const auto connection = pools_.monitor.take();
    auto version = connection->query("PRAGMA data_version");
    version.next();
    return version.integer(0);
  }

  void ping() override { pools_.readers.take()->query("SELECT id FROM auth_user LIMIT 1").next(); }

 private:
  template <class Value>
  std::optional<User> find_one(std::string_view sql, const Value& value) {
    const auto connection = pools_.readers.take();
    auto rows = connection->query(sql, value);
    return rows.next() ? std::optional(user_in(rows)) : std::nullopt;
  }

  template <class... Values>
  bool change(std::string_view sql, const UserId& id, const Values&... values) {
    if (!id.is_number()) return false;
    const auto connection = pools_.writer.take();
    connection->query(sql, id.number(), values...).next();
    return connection->changes() > 0;
  }

  Pools& pools_;
};

#undef USER_COLUMNS

}  // namespace

std::unique_ptr<auth::UserStore> make_user_store(Pools& pools) {
  return std::make_unique<SqliteUserStore>(pools);
}

}  // namespace restjwt::storage::sqlite
