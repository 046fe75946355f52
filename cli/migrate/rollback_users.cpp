#include <algorithm>

#include <restjwt/auth/password.hpp>
#include <restjwt/unicode.hpp>

#include "cli/migrate/census.hpp"
#include "cli/migrate/hash_formats.hpp"
#include "cli/migrate/rollback.hpp"
#include "cli/users.hpp"

namespace restjwt::cli::migrate {
namespace {

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(first_code_point(text).size);
  return count;
}

/// "YYYY-MM-DD HH:MM:SS[.ffffff]", as Django's SQLite back end writes and reads it.
bool is_django_date(std::string_view text) {
  constexpr std::string_view form = "0000-00-00 00:00:00";
  const auto fits = [](std::string_view part, std::string_view pattern) {
    return std::ranges::equal(part, pattern, [](char c, char want) {
      return want == '0' ? c >= '0' && c <= '9' : c == want;
    });
  };
  if (text.size() == form.size()) return fits(text, form);
  return text.size() == form.size() + 7 && fits(text.substr(0, form.size()), form) &&
         fits(text.substr(form.size()), ".000000");
}

std::string list(const Group& group) {
  std::string text = std::to_string(group.count) + ": ";
  for (const auto& name : group.names)
    text += (&name == &group.names.front() ? "\"" : ", \"") + name + "\"";
  if (group.count > group.names.size()) text += ", …";
  return text;
}

class UserChecks {
 public:
  explicit UserChecks(const DjangoSite& site) : site_(site), user_(site.user) {}

  void look_at(const auth::User& user) {
    ++count_;
    look_at_password(user);
    if (user_.username_max_length != 0 && code_points(user.username) > user_.username_max_length)
      long_names_.add(user.username);
    const bool joined = user_.column("date_joined").empty() || is_django_date(user.date_joined);
    const bool login = user.last_login.empty() || is_django_date(user.last_login);
    if (!joined || !login) bad_dates_.add(user.username);
  }

  std::vector<Check> finish() && {
    for (const auto& [format, group] : formats_) {
      const bool good = django_reads(site_, format);
      checks_.push_back({"passwords " + format, good,
                         good
                             ? std::to_string(group.count) + ", read by the site's PASSWORD_HASHERS"
                             : list(group) + ". Django cannot read them: " + advice(format)});
    }
    add("password length", long_passwords_, "longer than Django's column; give a new password");
    add("password form", broken_, "no hash of Django's; give a new password");
    add("name length", long_names_,
        "longer than Django's column holds (" + std::to_string(user_.username_max_length) + ")");
    add("dates", bad_dates_,
        "date_joined or last_login is not in Django's form YYYY-MM-DD HH:MM:SS");
    return std::move(checks_);
  }

 private:
  void look_at_password(const auth::User& user) {
    if (user_.password_max_length != 0 && user.password.size() > user_.password_max_length)
      long_passwords_.add(user.username);
    const auto format = hash_format(user.password);
    if (!format.empty()) formats_[std::string(format)].add(user.username);
    else if (!user.password.empty() && !user.password.starts_with('!')) broken_.add(user.username);
  }

  static std::string advice(const std::string& format) {
    if (format == "argon2")
      return "install argon2-cffi there and name Argon2PasswordHasher in PASSWORD_HASHERS, or set "
             "PASSWORD_HASHER = \"pbkdf2_sha256\" here and give these users new passwords";
    if (format == "scrypt")
      return "it needs Django 4.0 and ScryptPasswordHasher in PASSWORD_HASHERS";
    return "name its hasher in PASSWORD_HASHERS, or give these users new passwords";
  }

  void add(const char* name, const Group& group, const std::string& wrong) {
    const bool good = group.count == 0;
    checks_.push_back(
        {name, good,
         good ? std::to_string(count_) + " users, all good" : list(group) + ": " + wrong});
  }

  const DjangoSite& site_;
  const SiteUserModel& user_;
  std::size_t count_ = 0;
  std::map<std::string, Group> formats_{};
  Group long_passwords_{}, broken_{}, long_names_{}, bad_dates_{};
  std::vector<Check> checks_{};
};

}  // namespace

std::vector<Check> check_users(const DjangoSite& site, auth::UserStore& users) {
  UserChecks checks(site);
  for_each_user(users, [&](const auth::User& user) { checks.look_at(user); });
  return std::move(checks).finish();
}

}  // namespace restjwt::cli::migrate
