#include "server/replay_settings.hpp"

#include <charconv>
#include <cmath>
#include <functional>
#include <stdexcept>

namespace restjwt::test {
namespace {

using std::chrono::microseconds;

[[noreturn]] void refuse(std::string_view source) {
  throw std::invalid_argument("no setting we know: " + std::string(source));
}

double python_number(std::string_view source) {
  double value = 0;
  const auto [end, error] = std::from_chars(source.data(), source.data() + source.size(), value);
  if (error != std::errc() || end != source.data() + source.size()) refuse(source);
  return value;
}

bool is_quoted(std::string_view source) {
  return source.size() >= 2 && (source.front() == '\'' || source.front() == '"') &&
         source.front() == source.back();
}

bool python_bool(std::string_view source) {
  if (source == "True") return true;
  if (source == "False") return false;
  refuse(source);
}

double microseconds_in(std::string_view unit) {
  if (unit == "days") return 86'400e6;
  if (unit == "seconds") return 1e6;
  if (unit == "milliseconds") return 1e3;
  if (unit == "microseconds") return 1;
  refuse(unit);
}

/// "0", or "days=1, seconds=-5".
microseconds timedelta_arguments(std::string_view list) {
  double sum = list.find('=') == list.npos ? python_number(list) : 0;
  while (list.find('=') != list.npos) {
    const auto comma = list.find(", ");
    const auto argument = list.substr(0, comma);
    const auto equals = argument.find('=');
    sum += python_number(argument.substr(equals + 1)) * microseconds_in(argument.substr(0, equals));
    list.remove_prefix(comma == list.npos ? list.size() : comma + 2);
  }
  return microseconds(std::llround(sum));
}

using Reader = std::function<void(auth::Settings&, std::string_view)>;

const std::map<std::string, Reader, std::less<>>& readers() {
  using auth::Settings;
  static const std::map<std::string, Reader, std::less<>> table{
      {"JWT_ALGORITHM",
       [](Settings& s, std::string_view v) {
         s.algorithm = jose::algorithm_named(python_text(v)).value();
         s.allow_short_secret = true;
       }},
      {"JWT_ALLOW_REFRESH",
       [](Settings& s, std::string_view v) { s.allow_refresh = python_bool(v); }},
      {"JWT_AUTH_HEADER_PREFIX",
       [](Settings& s, std::string_view v) { s.auth_header_prefix = python_text(v); }},
      {"JWT_EXPIRATION_DELTA",
       [](Settings& s, std::string_view v) { s.expiration_delta = python_duration(v); }},
      {"JWT_LEEWAY", [](Settings& s, std::string_view v) { s.leeway = python_duration(v); }},
      {"JWT_REFRESH_EXPIRATION_DELTA",
       [](Settings& s, std::string_view v) { s.refresh_expiration_delta = python_duration(v); }},
      {"JWT_SECRET_KEY",
       [](Settings& s, std::string_view v) {
         s.secret_key = Secret(python_text(v));
         s.allow_short_secret = true;
       }},
      {"JWT_VERIFY",
       [](Settings& s, std::string_view v) {
         s.verify = python_bool(v);
         s.allow_insecure = true;
       }},
      {"JWT_VERIFY_EXPIRATION",
       [](Settings& s, std::string_view v) {
         s.verify_expiration = python_bool(v);
         s.allow_insecure = true;
       }},
      {"REF_USER_MODEL",
       [](Settings& s, std::string_view v) {
         if (v != "emailuser.EmailUser") refuse(v);
         s.username_field = "email";
       }},
  };
  return table;
}

}  // namespace

std::string python_text(std::string_view source) {
  if (!is_quoted(source)) refuse(source);
  return std::string(source.substr(1, source.size() - 2));
}

microseconds python_duration(std::string_view source) {
  constexpr std::string_view call = "timedelta(";
  if (source.starts_with(call) && source.ends_with(')'))
    return timedelta_arguments(source.substr(call.size(), source.size() - call.size() - 1));
  const double seconds = python_number(is_quoted(source) ? python_text(source) : source);
  return microseconds(std::llround(seconds * 1e6));
}

auth::Settings recorded_settings(const std::map<std::string, std::string>& changes) {
  auth::Settings settings{.secret_key = Secret("reference-secret-key-0123456789abcdef")};
  for (const auto& [name, source] : changes) {
    const auto reader = readers().find(name);
    if (reader == readers().end()) refuse(name);
    reader->second(settings, source);
  }
  return settings;
}

}  // namespace restjwt::test
