// `restjwt token explain`: every check by its name, offline. Nothing here decides whether a token
// is good: that is jose::decode().

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <iostream>
#include <optional>

#include <restjwt/clock.hpp>
#include <restjwt/jose.hpp>

#include "command.hpp"
#include "server/config_values.hpp"
#include "terminal.hpp"

namespace restjwt::cli {
namespace {

enum class Outcome { passed, failed, unchecked, note };

struct Check {
  const char* name;
  Outcome outcome;
  std::string value;
  const char* rule;
  std::string fix{};
  bool from_token = false;  ///< the value was read from the token
};

struct Parts {
  std::string_view header, claims, signature;
};

std::string time_text(double seconds, TimePoint now) {
  // gmtime_r() fails beyond the years an int holds.
  const auto instant = static_cast<std::time_t>(std::clamp(std::floor(seconds), -6e10, 2.5e11));
  std::tm utc{};
  std::array<char, 40> text{};
  gmtime_r(&instant, &utc);
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &utc);
  const auto away = seconds - static_cast<double>(now.time_since_epoch().count());
  const double size = std::abs(away);
  const auto [unit, name] = size < 120      ? std::pair(1.0, " second")
                            : size < 7200   ? std::pair(60.0, " minute")
                            : size < 172800 ? std::pair(3600.0, " hour")
                                            : std::pair(86400.0, " day");
  const auto number = std::llround(size / unit);
  const auto count = std::to_string(number) + name + (number == 1 ? "" : "s");
  return std::string(text.data()) + (away >= 0 ? ", in " + count : ", " + count + " ago");
}

class Explanation {
 public:
  Explanation(const server::Config& config, TimePoint now) : settings_(config.auth), now_(now) {
    user_claim_ = config.user_id_claim;
  }

  void explain(std::string_view token);
  bool is_verified() const { return verified_; }
  bool failed() const {
    return std::ranges::any_of(checks_,
                               [](const Check& c) { return c.outcome == Outcome::failed; });
  }
  const std::vector<Check>& checks() const { return checks_; }

 private:
  void add(Check check) { checks_.push_back(std::move(check)); }
  void judge(bool good, Check check, std::string fix);
  std::optional<Parts> split(std::string_view token);
  std::optional<Json> read_part(const char* name, std::string_view encoded);
  void check_algorithm(const Json& header);
  void check_signature(std::string_view input, std::string_view encoded);
  void check_time(const Json& claims, const char* name, const char* rule, const char* fix);
  void check_window(const Json& claims);
  void check_user(const Json& claims);

  const auth::Settings& settings_;
  TimePoint now_;
  std::string user_claim_;
  std::vector<Check> checks_{};
  bool verified_ = false;
};

void Explanation::judge(bool good, Check check, std::string fix) {
  check.outcome = good ? Outcome::passed : Outcome::failed;
  if (!good) check.fix = std::move(fix);
  add(std::move(check));
}

std::optional<Parts> Explanation::split(std::string_view token) {
  judge(token.size() <= settings_.max_token_length,
        {"length",
         {},
         std::to_string(token.size()) + (token.size() == 1 ? " byte" : " bytes"),
         "max_token_length"},
        "is it a token? the limit is " + std::to_string(settings_.max_token_length) + " bytes");
  const auto dots = std::ranges::count(token, '.');
  judge(dots == 2,
        {"shape",
         {},
         std::to_string(dots + 1) + (dots == 0 ? " part" : " parts"),
         "RFC 7515 section 7.1"},
        dots == 4 ? "five parts are an encrypted token (JWE), which is not taken"
                  : "a token is header.claims.signature; copy all of it, without the prefix");
  if (failed()) return std::nullopt;
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  return Parts{token.substr(0, first), token.substr(first + 1, last - first - 1),
               token.substr(last + 1)};
}

std::optional<Json> Explanation::read_part(const char* name, std::string_view encoded) {
  const auto bytes = jose::base64url_decode(encoded);
  if (!bytes) {
    add({name, Outcome::failed, "not base64url", "RFC 7515 section 2",
         "base64url without padding, line breaks or spare bits; was the token changed on its "
         "way?"});
    return std::nullopt;
  }
  auto json = parse_json(*bytes);
  const bool object = json && json->is_object();
  const std::string why =
      json ? "not a JSON object"
           : json.error().code.message() + " at byte " + std::to_string(json.error().offset);
  judge(object,
        {name,
         {},
         object ? to_text(*json, JsonStyle::spaced) : why,
         "RFC 7519 section 7.2",
         {},
         object},
        "whoever makes these tokens has to write one JSON object, every name once");
  if (!object) return std::nullopt;
  return *std::move(json);
}

void Explanation::check_algorithm(const Json& header) {
  const Json* alg = header.find("alg");
  const std::string expected(jose::name(settings_.algorithm));
  judge(alg && *alg == Json(expected),
        {"alg", {}, alg ? to_text(*alg) : "missing", "RFC 8725 section 3.1", {}, true},
        alg && *alg == Json("none")
            ? "unsigned tokens are never taken"
            : "JWT_ALGORITHM is " + expected + ": sign with it, or change the setting");
  const Json* crit = header.find("crit");
  judge(!crit, {"crit", {}, crit ? to_text(*crit) : "none", "RFC 7515 section 4.1.11", {}, true},
        "the token demands an extension that is not understood here");
}

void Explanation::check_signature(std::string_view input, std::string_view encoded) {
  constexpr const char* rule = "RFC 7515 section 5.2";
  if (settings_.secret_key.empty())
    return add({"signature", Outcome::unchecked, "not checked: no secret", rule,
                "give --config, JWT_SECRET_KEY or JWT_SECRET_KEY_FILE"});
  const auto& secret = settings_.secret_key;
  const auto key =
      jose::family(settings_.algorithm) == jose::Family::hmac
          ? jose::VerificationKey::from_secret(secret, settings_.algorithm,
                                               {.allow_short_secret = settings_.allow_short_secret})
          : jose::VerificationKey::from_pem(secret.reveal(), settings_.algorithm);
  if (!key)
    return add({"signature", Outcome::unchecked,
                "not checked: the secret cannot be used: " + key.error().message(), rule,
                "run: restjwt config check"});
  const auto signature = jose::base64url_decode(encoded);
  // Not before all of the header is right: a signature over a foreign algorithm proves nothing.
  verified_ = signature && !failed() && key->verify(input, *signature);
  judge(verified_, {"signature", {}, verified_ ? "matches" : "does not match", rule},
        "made with another secret or algorithm, or changed on its way");
}

void Explanation::check_time(const Json& claims, const char* name, const char* rule,
                             const char* fix) {
  const Json* time = claims.find(name);
  if (!time) return add({name, Outcome::note, "none", rule, {}, true});
  const jose::Validation rules{.leeway = settings_.leeway, .accept_at_expiry = true};
  auto only = Json::object();
  only.set(name, *time);
  const bool number = time->is_number();
  judge(!jose::check(only, rules, now_),
        {name, {}, number ? time_text(time->as_double(), now_) : to_text(*time), rule, {}, true},
        number ? fix : "a time is a number of seconds since 1970");
}

void Explanation::check_window(const Json& claims) {
  const Json* began = claims.find("orig_iat");
  constexpr const char* rule = "JWT_REFRESH_EXPIRATION_DELTA";
  if (!began || !began->is_number())
    return add({"orig_iat",
                Outcome::note,
                "none: cannot be refreshed (JWT_ALLOW_REFRESH)",
                rule,
                {},
                true});
  const auto length =
      std::chrono::floor<std::chrono::seconds>(settings_.refresh_expiration_delta).count();
  const double end = began->as_double() + static_cast<double>(length);
  add({"orig_iat",
       Outcome::note,
       time_text(began->as_double(), now_) + "; the refresh window ends " + time_text(end, now_),
       rule,
       {},
       true});
}

void Explanation::check_user(const Json& claims) {
  const Json* id = claims.find(user_claim_);
  const bool there = id && (id->is_number() || id->is_string());
  judge(
      there,
      {"user",
       {},
       there ? user_claim_ + " " + to_text(*id) + "; whether there is such a user was not looked up"
             : "no claim " + user_claim_,
       "JWT_PAYLOAD_GET_USER_ID_HANDLER",
       {},
       true},
      "the token has to say who it is for");
}

void Explanation::explain(std::string_view token) {
  const auto parts = split(token);
  if (!parts) return;
  const auto header = read_part("header", parts->header);
  const auto claims = read_part("claims", parts->claims);
  if (!header || !claims) return;
  check_algorithm(*header);
  check_signature(token.substr(0, token.rfind('.')), parts->signature);
  check_time(*claims, "exp", "RFC 7519 section 4.1.4",
             "it has expired: refresh earlier, or log in again (JWT_EXPIRATION_DELTA, JWT_LEEWAY)");
  check_time(*claims, "nbf", "RFC 7519 section 4.1.5", "it is not good yet: do the clocks agree?");
  check_time(*claims, "iat", "RFC 7519 section 4.1.6",
             "issued in the future: do the clocks agree?");
  check_window(*claims);
  check_user(*claims);
}

const char* word(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "ok";
    case Outcome::failed:
      return "failed";
    case Outcome::unchecked:
      return "unchecked";
    case Outcome::note:
      return "note";
  }
  return "";
}

void print_text(const Explanation& explanation) {
  for (const auto& check : explanation.checks()) {
    std::cout << word(check.outcome) << ' ' << check.name << ": " << printable(check.value) << "  ["
              << check.rule << ']';
    if (check.from_token && !explanation.is_verified()) std::cout << " UNVERIFIED";
    std::cout << '\n';
    if (!check.fix.empty()) std::cout << "    fix: " << printable(check.fix) << '\n';
  }
  if (!explanation.is_verified())
    std::cout << "UNVERIFIED: no signature vouches for this token; anybody can have written it.\n";
  else if (explanation.failed())
    std::cout << "The signature is right, but this token is not taken.\n";
  else std::cout << "This token is taken while its user exists and is active.\n";
}

void print_as_json(const Explanation& explanation) {
  Json::Array list;
  for (const auto& check : explanation.checks()) {
    auto item = Json::object({{"name", check.name},
                              {"outcome", word(check.outcome)},
                              {"value", check.value},
                              {"rule", check.rule}});
    if (!check.fix.empty()) item.set("fix", check.fix);
    if (check.from_token) item.set("verified", explanation.is_verified());
    list.push_back(std::move(item));
  }
  print_json(Json::object({{"verified", explanation.is_verified()},
                           {"failed", explanation.failed()},
                           {"checks", std::move(list)}}));
}

}  // namespace

int explain_token(const Arguments& arguments) {
  const auto token = read_token(arguments);
  const auto config = read_config(arguments, false);
  Explanation explanation(config, system_clock()());
  explanation.explain(token);
  if (arguments.json) print_as_json(explanation);
  else print_text(explanation);
  return explanation.failed() ? refused : ok;
}

}  // namespace restjwt::cli
