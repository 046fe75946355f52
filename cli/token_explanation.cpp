#include "token_explanation.hpp"

#include <array>
#include <cmath>
#include <ctime>

#include <restjwt/jose.hpp>

#include "server/key_store.hpp"

namespace restjwt::cli {
namespace {

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

jose::KeySet keys_of(const server::Config& config) {
  if (!config.keys.are_kept()) return auth::verification_keys(config.auth);
  return auth::verification_keys(config.auth, server::open_key_store(config)->load());
}

}  // namespace

Explanation::Explanation(const server::Config& config, TimePoint now)
    : config_(config),
      settings_(config.auth),
      now_(now),
      keys_(keys_of(config)),
      rules_(auth::validation_of(settings_, {.take_turns = config.keys.are_kept()})) {}

void Explanation::judge(bool good, Check check, std::string fix) {
  check.outcome = good ? Outcome::passed : Outcome::failed;
  if (!good) check.fix = std::move(fix);
  add(std::move(check));
}

std::optional<Explanation::Parts> Explanation::split(std::string_view token) {
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

/// How the token fares with the rules alone, as far as there are keys.
std::error_code Explanation::verdict(std::string_view token) const {
  const auto verified = jose::decode(token, keys_, rules_, now_);
  return verified ? std::error_code() : verified.error();
}

/// Those of which a token may be.
std::vector<jose::Algorithm> Explanation::algorithms() const {
  if (!config_.keys.are_kept()) return settings_.algorithms;
  std::vector<jose::Algorithm> found;
  for (const auto& key : keys_.keys())
    if (std::ranges::find(found, key.algorithm()) == found.end()) found.push_back(key.algorithm());
  return found;
}

void Explanation::check_header(const Json& header) {
  std::string expected;
  bool known = false;
  const Json* alg = header.find("alg");
  for (const auto algorithm : algorithms()) {
    const auto name = jose::name(algorithm);
    expected.append(expected.empty() ? "" : " or ").append(name);
    known |= alg && alg->is_string() && jose::goes_by(algorithm, alg->as_string());
  }
  judge(known, {"alg", {}, alg ? to_text(*alg) : "missing", "RFC 8725 section 3.1", {}, true},
        alg && *alg == Json("none") ? "unsigned tokens are never taken"
        : config_.keys.are_kept()
            ? "the keys are for " + expected + ": sign with one of them"
            : "JWT_ALGORITHM is " + expected + ": sign with it, or change the setting");
  const Json* crit = header.find("crit");
  const bool extended = crit || header.find("b64");
  judge(!extended,
        {"crit",
         {},
         crit       ? to_text(*crit)
         : extended ? "b64"
                    : "none",
         "RFC 7515 section 4.1.11",
         {},
         true},
        "the token demands an extension that is not understood here");
  const Json* kid = header.find("kid");
  const bool asked = !rules_.ignore_kid && (kid || settings_.insist_on_kid);
  if (asked)
    judge(verdict_ != jose::TokenErrc::unknown_key,
          {"kid", {}, kid ? to_text(*kid) : "missing", "RFC 7515 section 4.1.4", {}, true},
          "the name of one of the keys is expected, as text");
}

void Explanation::check_signature() {
  constexpr const char* rule = "RFC 7515 section 5.2";
  if (config_.has_user_secrets())
    return add({"signature", Outcome::unchecked, "not checked: each user has a key of his own",
                rule, "run: restjwt token verify"});
  if (keys_.keys().empty()) {
    const bool none = settings_.secret_key.empty() && settings_.private_key.empty() &&
                      settings_.public_key.empty();
    return add({"signature", Outcome::unchecked,
                none ? "not checked: no secret" : "not checked: the keys cannot be used", rule,
                none ? "give --config, JWT_SECRET_KEY or JWT_SECRET_KEY_FILE"
                     : "run: restjwt config check"});
  }
  // Not before all of the header is right: a signature over a foreign algorithm proves nothing.
  verified_ = !failed() && verdict_ != jose::TokenErrc::signature_mismatch;
  judge(verified_, {"signature", {}, verified_ ? "matches" : "does not match", rule},
        "made with another secret or algorithm, or changed on its way");
}

/// Whether the rules take a token that has no other claim.
bool Explanation::is_taken_alone(const Json& claims, std::string_view name) const {
  auto only = Json::object();
  if (const Json* claim = claims.find(name)) only.set(name, *claim);
  auto rules = rules_;
  if (name != "iss") rules.issuer = {};
  if (name != "aud") rules.audience = {};
  return !jose::check(jose::Claims::parse(to_text(only)).value(), rules, now_);
}

void Explanation::check_time(const Json& claims, const char* name, const char* rule,
                             const char* fix) {
  const Json* time = claims.find(name);
  if (!time) return add({name, Outcome::note, "none", rule, {}, true});
  const bool number = time->is_number();
  judge(is_taken_alone(claims, name),
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

void Explanation::check_audience(const Json& claims) {
  const Json* aud = claims.find("aud");
  if (!aud && settings_.audience.empty()) return;
  judge(is_taken_alone(claims, "aud"),
        {"aud", {}, aud ? to_text(*aud) : "none", "JWT_AUDIENCE", {}, true},
        settings_.audience.empty() ? "made for somebody else: no JWT_AUDIENCE is set here"
                                   : "the token has to name an audience of JWT_AUDIENCE");
}

void Explanation::check_issuer(const Json& claims) {
  if (!settings_.issuer) return;
  const Json* iss = claims.find("iss");
  judge(is_taken_alone(claims, "iss"),
        {"iss", {}, iss ? to_text(*iss) : "none", "JWT_ISSUER", {}, true},
        "the token has to come from " + *settings_.issuer);
}

/// A token of a pair has its own doors, and its own rules there.
void Explanation::check_type(const Json& claims) {
  const std::string name = config_.pairs ? config_.pairs->token_type_claim : "token_type";
  if (const Json* type = claims.find(name))
    judge(false, {"type", {}, name + " " + to_text(*type), "TOKEN_TYPE_CLAIM", {}, true},
          "a token of a pair is taken where pairs are, and is no single token: ask "
          "/api/token/verify/ about it");
}

void Explanation::check_user(const Json& claims) {
  const bool by_name = settings_.profile != auth::Profile::v1_0_1;
  const auto& name = by_name ? config_.username_claim : config_.user_id_claim;
  const Json* claim = claims.find(name);
  const bool there = claim && (by_name ? claim->is_string() && !claim->as_string().empty()
                                       : claim->is_number() || claim->is_string());
  judge(there,
        {"user",
         {},
         there ? name + " " + to_text(*claim) + "; whether there is such a user was not looked up"
               : "no claim " + name,
         by_name ? "JWT_PAYLOAD_GET_USERNAME_HANDLER" : "JWT_PAYLOAD_GET_USER_ID_HANDLER",
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
  verdict_ = verdict(token);
  check_header(*header);
  check_signature();
  check_time(*claims, "exp", "RFC 7519 section 4.1.4",
             "it has expired: refresh earlier, or log in again (JWT_EXPIRATION_DELTA, JWT_LEEWAY)");
  check_time(*claims, "nbf", "RFC 7519 section 4.1.5", "it is not good yet: do the clocks agree?");
  check_time(*claims, "iat", "RFC 7519 section 4.1.6",
             "issued in the future: do the clocks agree?");
  check_issuer(*claims);
  check_audience(*claims);
  check_window(*claims);
  check_type(*claims);
  check_user(*claims);
}

}  // namespace restjwt::cli
