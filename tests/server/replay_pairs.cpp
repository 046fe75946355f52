#include "server/replay_pairs.hpp"

#include <algorithm>
#include <functional>
#include <regex>
#include <stdexcept>

#include <restjwt/jose/unverified.hpp>

#include "server/replay_settings.hpp"

namespace restjwt::test {
namespace {

using auth::PairSettings;
using Reader = std::function<void(PairSettings&, std::string_view)>;

PairSettings::TokenClass token_class(std::string_view path) {
  if (path.ends_with(".AccessToken")) return PairSettings::TokenClass::access;
  if (path.ends_with(".SlidingToken")) return PairSettings::TokenClass::sliding;
  throw std::invalid_argument("no class of tokens: " + std::string(path));
}

const std::map<std::string, Reader, std::less<>>& readers() {
  static const std::map<std::string, Reader, std::less<>> table{
      {"ACCESS_TOKEN_LIFETIME",
       [](PairSettings& s, std::string_view v) { s.access_token_lifetime = python_duration(v); }},
      {"REFRESH_TOKEN_LIFETIME",
       [](PairSettings& s, std::string_view v) { s.refresh_token_lifetime = python_duration(v); }},
      {"ROTATE_REFRESH_TOKENS",
       [](PairSettings& s, std::string_view v) { s.rotate_refresh_tokens = python_bool(v); }},
      {"BLACKLIST_AFTER_ROTATION", [](PairSettings&, std::string_view) {}},  // always, with us
      {"UPDATE_LAST_LOGIN",
       [](PairSettings& s, std::string_view v) { s.update_last_login = python_bool(v); }},
      {"ALGORITHM",
       [](PairSettings& s, std::string_view v) {
         s.algorithm = jose::algorithm_named(python_text(v)).value();
       }},
      {"SIGNING_KEY", [](PairSettings& s, std::string_view v) { s.signing_key = python_keys(v); }},
      {"VERIFYING_KEY",
       [](PairSettings& s, std::string_view v) { s.verifying_key = python_keys(v); }},
      {"AUDIENCE",
       [](PairSettings& s, std::string_view v) {
         s.audience = python_texts(v);
         s.audience_is_list = v.starts_with('[');
       }},
      {"ISSUER", [](PairSettings& s, std::string_view v) { s.issuer = python_text(v); }},
      {"LEEWAY", [](PairSettings& s, std::string_view v) { s.leeway = python_duration(v); }},
      {"AUTH_HEADER_TYPES",
       [](PairSettings& s, std::string_view v) { s.auth_header_types = python_texts(v); }},
      {"AUTH_HEADER_NAME",
       [](PairSettings& s, std::string_view v) {
         // As WSGI spells it: 'HTTP_X_ACCESS_TOKEN'.
         s.auth_header_name = python_text(v).substr(std::string_view("HTTP_").size());
         std::ranges::replace(s.auth_header_name, '_', '-');
       }},
      {"USER_ID_FIELD",
       [](PairSettings& s, std::string_view v) { s.user_id_field = python_text(v); }},
      {"USER_ID_CLAIM",
       [](PairSettings& s, std::string_view v) { s.user_id_claim = python_text(v); }},
      {"TOKEN_TYPE_CLAIM",
       [](PairSettings& s, std::string_view v) { s.token_type_claim = python_text(v); }},
      {"JTI_CLAIM", [](PairSettings& s, std::string_view v) { s.jti_claim = python_text(v); }},
      {"AUTH_TOKEN_CLASSES",
       [](PairSettings& s, std::string_view v) {
         s.auth_token_classes.clear();
         for (const auto& path : python_texts(v)) s.auth_token_classes.push_back(token_class(path));
       }},
  };
  return table;
}

bool is_id(const Json& value) {
  static const std::regex form("[0-9a-f]{32}");
  return value.is_string() && std::regex_match(value.as_string(), form);
}

/// The claims of the token in the request's body, if there is one.
Json sent_claims(std::string_view sent) {
  const auto body = parse_json(sent.substr(std::min(sent.find("\r\n\r\n") + 4, sent.size())));
  for (const auto* member : {"refresh", "token"})
    if (const Json* token = body ? body->find(member) : nullptr; token && token->is_string())
      if (const auto seen = jose::peek(token->as_string())) return seen->claims;
  return Json::object({});
}

void take_over(Json& ours, const Json& recorded, const std::string& claim) {
  if (const Json* value = recorded.find(claim)) ours.set(claim, *value);
}

}  // namespace

PairSettings recorded_pairs(const std::map<std::string, std::string>& changes) {
  PairSettings pairs;
  for (const auto& [name, source] : changes) {
    const auto reader = readers().find(name);
    if (reader == readers().end()) throw std::invalid_argument("no setting we know: " + name);
    reader->second(pairs, source);
  }
  return pairs;
}

void take_over_pair_claims(Json& ours, const Exchange::Issued& issued, const Exchange& recorded,
                           std::string_view sent, std::vector<std::string>& found) {
  const auto id_claim = recorded_pairs(recorded.settings).jti_claim;
  const Json from = sent_claims(sent);
  const Json* id = ours.find(id_claim);
  const Json* id_sent = from.find(id_claim);

  // The session: what the login was, or the token that was sent, where it does not say.
  const Json* session = from.find("orig_jti") ? from.find("orig_jti") : id_sent;
  const Json* begun = from.find("orig_iat") ? from.find("orig_iat") : from.find("iat");
  const Json* our_session = ours.find("orig_jti");
  const Json* our_begin = ours.find("orig_iat");
  if (!our_session || (session ? *our_session != *session : !is_id(*our_session)))
    found.push_back("orig_jti is not the session's: " + to_text(ours));
  if (!our_begin || *our_begin != (begun ? *begun : Json(recorded.at)))
    found.push_back("orig_iat is not when the session began: " + to_text(ours));
  const bool slides = issued.pointer == "token" && id_sent;
  if (id && is_id(*id) && (slides ? *id == *id_sent : !id_sent || *id != *id_sent))
    take_over(ours, issued.payload, id_claim);
  else found.push_back(id_claim + " is not as it should be: " + to_text(ours));

  Json without = Json::object({});
  for (const auto& [name, value] : ours.as_object())
    if (name != "orig_iat" && name != "orig_jti") without.set(name, value);
  ours = std::move(without);
}

}  // namespace restjwt::test
