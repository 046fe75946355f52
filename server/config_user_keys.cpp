// The rows of [users]: whose table the users are in.

#include <algorithm>
#include <array>

#include "server/config_key_kinds.hpp"

namespace restjwt::server {
namespace {

using Column = std::optional<std::string>;

// An optional column: a name, or "" where the table has none.
template <class Field>
ConfigKey column(std::string_view name, Field field) {
  return {"users", name,
          [=](Config& config, const Given& given) -> Refusal {
            if (!given.value.is_string()) return R"(expected a column's name, or "" for none)";
            field(config.users) = given.value.as_string();
            return {};
          },
          [=](const Config& config) {
            const Column& value = field(config.users);
            return value ? in_quotes(*value) : std::string("(where the table has it)");
          }};
}

Refusal assign_profile_id(Config& config, const Given& given) {
  constexpr const char* expected =
      R"(expected { sql = "SELECT id FROM profile WHERE user_id = ?" })";
  const auto& value = given.value;
  if (!value.is_object() || value.as_object().size() != 1) return expected;
  const auto& [word, sql] = value.as_object().front();
  if (word != "sql" || !sql.is_string() || sql.as_string().empty()) return expected;
  config.users.profile_id_sql = sql.as_string();
  return {};
}

std::string show_profile_id(const Config& config) {
  const auto& sql = config.users.profile_id_sql;
  return sql.empty() ? "(not set)" : "{ sql = " + in_quotes(sql) + " }";
}

constexpr std::array<std::string_view, 3> writes{"nothing", "commands", "upgrades"};

Refusal assign_writes(Config& config, const Given& given) {
  if (auto refusal = one_of(given.value, writes)) return refusal;
  const auto found = std::ranges::find(writes, given.value.as_string());
  config.writes = static_cast<Writes>(found - writes.begin());
  return {};
}

}  // namespace

// clang-format off
std::vector<ConfigKey> user_keys() {
  constexpr std::string_view table = "users";
  return {
      text(table, "table", [](auto& c) -> auto& { return c.users.name; }),
      text(table, "USERNAME_FIELD", [](auto& c) -> auto& { return c.auth.username_field; }),
      text(table, "id", [](auto& c) -> auto& { return c.users.id; }),
      text(table, "username", [](auto& c) -> auto& { return c.users.username; }),
      text(table, "password", [](auto& c) -> auto& { return c.users.password; }),
      column("is_active", [](auto& u) -> auto& { return u.is_active; }),
      column("email", [](auto& u) -> auto& { return u.email; }),
      column("first_name", [](auto& u) -> auto& { return u.first_name; }),
      column("last_name", [](auto& u) -> auto& { return u.last_name; }),
      column("is_staff", [](auto& u) -> auto& { return u.is_staff; }),
      column("is_superuser", [](auto& u) -> auto& { return u.is_superuser; }),
      column("date_joined", [](auto& u) -> auto& { return u.date_joined; }),
      column("last_login", [](auto& u) -> auto& { return u.last_login; }),
      {table, "user_profile_id", assign_profile_id, show_profile_id},
      {table, "write", assign_writes, [](const Config& c) { return in_quotes(writes[static_cast<std::size_t>(c.writes)]); }},
  };
}
// clang-format on

}  // namespace restjwt::server
