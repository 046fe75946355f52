#include <algorithm>
#include <iostream>
#include <optional>

#include <restjwt/auth/service.hpp>

#include "cli/migrate/census.hpp"
#include "cli/migrate/commands.hpp"
#include "cli/migrate/paragraph.hpp"
#include "cli/migrate/rollback.hpp"
#include "cli/users.hpp"
#include "server/claims.hpp"

namespace restjwt::cli::migrate {
namespace {

void append(std::vector<Check>& checks, std::vector<Check> more) {
  for (auto& check : more) checks.push_back(std::move(check));
}

std::optional<auth::User> somebody_active(auth::UserStore& users) {
  std::optional<auth::User> found;
  for_each_user(users, [&](const auth::User& user) {
    if (!found && user.is_active) found = user;
  });
  return found;
}

/// A token as the server would make it.
std::vector<Check> try_token(const DjangoSite& site, const Release& release,
                             const server::Config& config, OpenUsers& users) {
  auto user = somebody_active(*users.store);
  if (user) user = users.store->find_by_id(user->id);  // with all that belongs to it
  if (!user) return {{"token", false, "there is no active user to make one for"}};
  auth::Service service({.settings = config.auth,
                               .users = *users.store,
                               .handlers = server::declared_handlers(config, users.database, {})});
  const auto now = system_clock()();
  const auto token = jose::peek(service.issue(*user), config.auth.max_token_length);
  if (!token) return {{"token", false, token.error().message()}};
  return check_token(site, release, config.auth, *token, *user, now);
}

/// What functions of the site's own do there has to be done here too.
std::vector<Check> check_handlers(const DjangoSite& site, const Release& release,
                                  const server::Config& config) {
  std::vector<Check> checks;
  for (const auto name : own_handlers(site, release)) {
    const bool done = name == "JWT_PAYLOAD_HANDLER"            ? !config.claims.empty()
                      : name == "JWT_RESPONSE_PAYLOAD_HANDLER" ? !config.response.is_null()
                      : name == "JWT_GET_USER_SECRET_KEY"      ? config.has_user_secrets()
                                                               : name.find("_GET_") != name.npos;
    checks.push_back({std::string(name), done,
                      done
                          ? "stands here too; whether it does the same, shadow tells"
                          : "is a function of the site's own in Django, and nothing stands here in "
                            "its place"});
  }
  return checks;
}

/// Columns that restjwt knows nothing of, and that Django finds filled in every row.
std::vector<Check> check_required(const DjangoSite& site, const server::Config& config,
                                  OpenUsers& users) {
  std::vector<Check> checks;
  const auto anybody = users.store->list(std::nullopt, 1);
  if (anybody.empty()) return checks;
  const auto quoted = [](const std::string& name) {
    std::string text = "\"";
    for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
    return text + "\"";
  };
  for (const auto& column : site.user.required) {
    if (column == config.users.secret_key_column) continue;  // nobody may read it, and restjwt does
    const auto count =
        users.database.claim_query("SELECT count(*) FROM " + quoted(site.user.table) + " WHERE " +
                                   quoted(column) + " IS NULL AND ? IS NOT NULL");
    if (!count) checks.push_back({"column " + column, false, count.error()});
    else if (const Json empty = (*count)(anybody.front().id); empty == Json(0))
      checks.push_back({"column " + column, true, "filled everywhere"});
    else
      checks.push_back({"column " + column, false,
                        to_text(empty) + " users have none; Django demands a value, fill it in"});
  }
  return checks;
}

Json to_json(const std::vector<Check>& checks) {
  Json::Array list;
  for (const auto& check : checks)
    list.push_back(
        Json::object({{"name", check.name}, {"ok", check.passed}, {"text", check.text}}));
  return list;
}

void print(const std::vector<Check>& checks, bool all_passed) {
  for (const auto& check : checks) {
    const auto label = std::string(check.passed ? "ok      " : "FAILED  ") + check.name;
    std::cout << paragraph(padded(label, 38) + "  ", check.text, 40);
  }
  if (!all_passed) {
    std::cout << "\nNot yet: mend what FAILED, then ask again.\n";
    return;
  }
  std::cout << "\nDjango can take over. Whether the keys are the very same only Django can tell; "
               "ask it, in "
               "its project:\n"
               "  restjwt token issue NAME --config restjwt.toml | python manage.py shell -c "
               "\"import sys; "
               "from rest_framework_jwt.settings import api_settings; "
               "print(api_settings.JWT_DECODE_HANDLER(sys.stdin.read().strip()))\"\n";
}

}  // namespace

int rollback_check(const Arguments& arguments, const std::string& settings) {
  const auto site = read_site_file(settings);
  const auto release = release_of(site);
  const auto config = read_config(arguments, true);
  OpenUsers users(config);

  std::vector<Check> checks = check_settings(site, release, config.auth);
  append(checks, check_keys(site, release, config.auth));
  append(checks, check_handlers(site, release, config));
  append(checks, try_token(site, release, config, users));
  append(checks, check_users(site, *users.store));
  append(checks, check_required(site, config, users));

  const bool all_passed = std::ranges::all_of(checks, &Check::passed);
  if (arguments.json) print_json(Json::object({{"ok", all_passed}, {"checks", to_json(checks)}}));
  else print(checks, all_passed);
  return all_passed ? ok : refused;
}

}  // namespace restjwt::cli::migrate
