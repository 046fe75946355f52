#include "server/database_url.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include <restjwt/storage/postgres.hpp>

namespace restjwt::server {
namespace {

using Refusal = std::optional<std::string>;

constexpr const char* expected = "expected sqlite:FILE or postgresql://user@host:5432/name";
constexpr const char* mask = "***";

Read<DatabaseUrl> read_sqlite(std::string_view url, std::string_view path,
                              const std::filesystem::path& folder) {
  if (path.starts_with("///")) path.remove_prefix(2);
  if (path.empty() || path.starts_with("//") || path.find('\0') != std::string_view::npos ||
      path.ends_with('/'))
    return std::string(
        R"(expected a file, as in "sqlite:restjwt.db" or "sqlite:///srv/restjwt.db")");
  if (path == ":memory:")
    return std::string("a database in memory would be gone at once; ") + expected;
  return DatabaseUrl{.shown = std::string(url), .file = (folder / path).lexically_normal()};
}

/// The text up to the separator, which goes with it; or all of it.
std::string_view take(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

bool is_port(std::string_view digits) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} && end == digits.data() + digits.size() && number != 0;
}

/// "a:5432,[::1],b": what libpq takes for a port may be the rest of a password.
bool has_good_ports(std::string_view hosts) {
  while (!hosts.empty()) {
    const auto host = take(hosts, ',');
    const auto bracket = host.rfind(']');  // of an IPv6 address
    const auto colon = host.find(':', bracket == host.npos ? 0 : bracket);
    if (colon != host.npos && !is_port(host.substr(colon + 1))) return false;
  }
  return true;
}

bool is_secret(std::string_view parameter) {
  // An escaped name could be any.
  return parameter.find("password") != parameter.npos ||
         parameter.find("secret") != parameter.npos || parameter.find('%') != parameter.npos;
}

/// postgresql://[user[:password]@][host[:port],…][/name][?parameter=value&…], as libpq takes it
/// apart, but for what it would make of a password that is not escaped: parts of it would be shown.
class PostgresUrl {
 public:
  explicit PostgresUrl(std::string_view url) : url_(url) {
    scheme_ = url.substr(0, url.find("//") + 2);
    auto rest = url.substr(scheme_.size());
    has_user_ = rest.find('@') < rest.find('/');
    if (has_user_) {
      password_ = take(rest, '@');
      user_ = take(password_, ':');
    }
    path_ = take(rest, '?');
    parameters_ = rest;
    hosts_ = take(path_, '/');
  }

  Refusal refusal() const {
    if (std::ranges::any_of(url_, [](unsigned char c) { return c <= ' ' || c == 0x7F; }))
      return "holds a blank or a control character; in a URL they are written %20 and so on";
    const auto has = [](std::string_view part, char c) { return part.find(c) != part.npos; };
    if (has(user_, '?') || has(password_, '?') || has(hosts_, '@') || has(path_, '@') ||
        !has_good_ports(hosts_))
      return "expected postgresql://user@host:5432/name; in a user's name or a password, : / ? # @ "
             "and % are written %3A %2F %3F %23 %40 and %25";
    try {
      const storage::PostgresDatabase readable({.url = std::string(url_)});
      return {};
    } catch (const auth::StoreError&) {
      return "is none that PostgreSQL can read; expected postgresql://user@host:5432/name";
    }
  }

  DatabaseUrl value() const {
    DatabaseUrl value{.shown = std::string(scheme_),
                      .postgres = Secret(url_),
                      .holds_password = !password_.empty()};
    value.shown += user_;
    if (!password_.empty()) value.shown += std::string(":") + mask;
    if (has_user_) value.shown += "@";
    value.shown += hosts_;
    if (!path_.empty()) value.shown += "/" + std::string(path_);
    char separator = '?';
    for (auto rest = parameters_; !rest.empty(); separator = '&') {
      auto content = take(rest, '&');
      const auto name = take(content, '=');
      value.holds_password = value.holds_password || is_secret(name);
      value.shown += separator + std::string(name) + "=";
      value.shown += is_secret(name) ? mask : std::string(content);
    }
    return value;
  }

 private:
  std::string_view url_, scheme_{}, user_{}, password_{}, hosts_{}, path_{}, parameters_{};
  bool has_user_ = false;
};

Read<DatabaseUrl> read_postgres(std::string_view url) {
  const PostgresUrl parts(url);
  if (auto refusal = parts.refusal()) return *std::move(refusal);
  return parts.value();
}

}  // namespace

Read<DatabaseUrl> read_database_url(std::string_view url, const std::filesystem::path& folder) {
  const auto colon = url.find(':');
  if (colon == std::string_view::npos) return std::string(expected) + "; the scheme is missing";
  const auto scheme = url.substr(0, colon);
  const auto rest = url.substr(colon + 1);
  if (scheme == "sqlite") return read_sqlite(url, rest, folder);
  if ((scheme == "postgresql" || scheme == "postgres") && rest.starts_with("//"))
    return read_postgres(url);
  if (scheme == "mysql" || scheme == "mariadb")
    return std::string("MySQL is not supported; ") + expected;
  return std::string("unknown kind of database; ") + expected;
}

}  // namespace restjwt::server
