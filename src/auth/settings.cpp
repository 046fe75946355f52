#include <restjwt/auth/settings.hpp>

#include <algorithm>

#include <restjwt/jose/key.hpp>

namespace restjwt::auth {
namespace {

using Problems = std::vector<SettingsProblem>;

// Further away, sums with `now` could leave the range of exact NumericDates.
constexpr std::chrono::days longest{36'500};

void check_secret(const Settings& settings, Problems& problems) {
  auto refuse = [&](std::string reason) {
    problems.push_back({"JWT_SECRET_KEY", std::move(reason)});
  };
  if (settings.secret_key.empty())
    return refuse("there is none; tokens cannot be signed without a secret");
  if (is_known_secret(settings.secret_key))
    return refuse("this secret is publicly known; make a new one, such as: openssl rand -hex 32");

  const auto algorithm = settings.algorithm;
  const bool hmac = jose::family(algorithm) == jose::Family::hmac;
  const auto key =
      hmac ? jose::SigningKey::from_secret(settings.secret_key, algorithm,
                                           {.allow_short_secret = settings.allow_short_secret})
           : jose::SigningKey::from_pem(settings.secret_key, algorithm);
  if (key) return;
  std::string reason = key.error().message();
  if (hmac && key.error() == jose::KeyErrc::too_short)
    reason += "; " + std::string(name(algorithm)) + " needs " +
              std::to_string(jose::hash_size(algorithm)) +
              " bytes (RFC 7518 section 3.2), this has " +
              std::to_string(settings.secret_key.size()) +
              "; allow_short_secret = true takes it all the same";
  refuse(std::move(reason));
}

void check_insecure(const Settings& settings, Problems& problems) {
  if (settings.allow_insecure) return;
  if (!settings.verify)
    problems.push_back(
        {"JWT_VERIFY",
         "false lets anybody be anybody; it is taken only beside allow_insecure = true"});
  if (!settings.verify_expiration)
    problems.push_back({"JWT_VERIFY_EXPIRATION",
                        "false lets stolen tokens live for ever; it is taken only beside "
                        "allow_insecure = true"});
}

// No two clocks differ by more: a longer leeway is another name for tokens that do not expire.
constexpr std::chrono::hours longest_leeway{1};

void check_times(const Settings& settings, Problems& problems) {
  auto range = [&](const char* setting, std::chrono::microseconds value,
                   std::chrono::microseconds least) {
    if (value < least) problems.push_back({setting, "may not be negative"});
    else if (value > longest || value < -longest)
      problems.push_back({setting, "is longer than 100 years"});
  };
  constexpr std::chrono::microseconds zero{0};
  range("JWT_LEEWAY", settings.leeway, zero);
  if (settings.leeway > longest_leeway && !settings.allow_insecure)
    problems.push_back({"JWT_LEEWAY",
                        "more than an hour lets expired tokens live on; it is taken only beside "
                        "allow_insecure = true"});
  // The original takes a negative one, and makes tokens that have expired already.
  range("JWT_EXPIRATION_DELTA", settings.expiration_delta, std::chrono::microseconds::min());
  range("JWT_REFRESH_EXPIRATION_DELTA", settings.refresh_expiration_delta, zero);
}

// A scheme is a token (RFC 9110 §11.1, §5.6.2).
bool is_scheme(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::vector<SettingsProblem> check(const Settings& settings) {
  Problems problems;
  check_secret(settings, problems);
  check_insecure(settings, problems);
  check_times(settings, problems);
  if (!is_scheme(settings.auth_header_prefix))
    problems.push_back(
        {"JWT_AUTH_HEADER_PREFIX",
         "is no authentication scheme: one word of letters, digits and !#$%&'*+-.^_`|~"});
  if (settings.username_field.empty()) problems.push_back({"USERNAME_FIELD", "is empty"});
  return problems;
}

}  // namespace restjwt::auth
