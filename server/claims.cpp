#include "server/claims.hpp"

#include <algorithm>
#include <stdexcept>

#include "server/response_template.hpp"

namespace restjwt::server {
namespace {

using auth::User;
using Source = std::function<Json(const User&)>;

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

struct Column {
  std::string_view name;
  Json (*read)(const User&);
};

constexpr Column columns[] = {
    {"id", [](const User& user) { return user.id.to_json(); }},
    {"username", [](const User& user) { return Json(user.username); }},
    {"email", [](const User& user) { return user.email ? Json(*user.email) : Json(); }},
    {"first_name", [](const User& user) { return Json(user.first_name); }},
    {"last_name", [](const User& user) { return Json(user.last_name); }},
    {"is_active", [](const User& user) { return Json(user.is_active); }},
    {"is_staff", [](const User& user) { return Json(user.is_staff); }},
    {"is_superuser", [](const User& user) { return Json(user.is_superuser); }},
    {"date_joined", [](const User& user) { return text_or_null(user.date_joined); }},
    {"last_login", [](const User& user) { return text_or_null(user.last_login); }},
};

/// Worded as config.cpp words its problems, with the file and the line.
std::invalid_argument unusable(const Config& config, const ClaimSource& claim,
                               const std::string& reason) {
  const auto key = "claims." + claim.name;
  const auto origin = std::ranges::find(config.origins, key, &Origin::key);
  const auto where = origin == config.origins.end() ? "" : origin->source + ": ";
  return std::invalid_argument(where + key + ": " + reason);
}

Source source_of(const ClaimSource& claim, const Config& config, Database& database) {
  switch (claim.kind) {
    case ClaimSource::Kind::constant:
      return [value = claim.constant](const User&) { return value; };
    case ClaimSource::Kind::column: {
      const auto column = std::ranges::find(columns, claim.text, &Column::name);
      if (column == std::end(columns)) throw unusable(config, claim, "no column " + claim.text);
      return column->read;
    }
    case ClaimSource::Kind::sql: {
      auto query = database.claim_query(claim.text);
      if (!query) throw unusable(config, claim, query.error());
      return [ask = *std::move(query)](const User& user) { return ask(user.id); };
    }
  }
  throw std::logic_error("claims." + claim.name);
}

std::function<Json(const Json&)> reads_claim(const std::string& name) {
  return [name](const Json& claims) {
    const Json* value = claims.find(name);
    return value ? *value : Json();
  };
}

}  // namespace

bool is_claim_column(std::string_view column) noexcept {
  return std::ranges::find(columns, column, &Column::name) != std::end(columns);
}

Json claim_column(std::string_view column, const auth::User& user) {
  const auto found = std::ranges::find(columns, column, &Column::name);
  return found == std::end(columns) ? Json() : found->read(user);
}

auth::Handlers declared_handlers(const Config& config, Database& database, auth::Handlers base) {
  if (config.user_id_claim != "user_id") base.user_id = reads_claim(config.user_id_claim);
  if (config.username_claim != "username") base.username = reads_claim(config.username_claim);
  if (config.has_user_secrets())
    base.user_secret_key = [](const User& user) { return user.secret_key; };
  if (!config.response.is_null())
    base.response = [body = config.response](const auth::Grant& grant) {
      return fill_response_template(body, grant);
    };
  if (config.claims.empty()) return base;

  std::vector<std::pair<std::string, Source>> sources;
  for (const auto& claim : config.claims)
    sources.emplace_back(claim.name, source_of(claim, config, database));
  base.payload_blocks = std::ranges::any_of(
      config.claims, [](const ClaimSource& claim) { return claim.kind == ClaimSource::Kind::sql; });
  base.payload = [sources = std::move(sources)](const User& user, const auth::Issuing& issuing) {
    Json claims = Json::object();
    for (const auto& [name, source] : sources) claims.set(name, source(user));
    claims.set("exp", issuing.exp());
    if (issuing.settings.profile == auth::Profile::drf_jwt)
      claims.set("iat", std::int64_t{issuing.now.time_since_epoch().count()});
    if (!issuing.token_id.empty()) claims.set("jti", issuing.token_id);
    return claims;
  };
  return base;
}

}  // namespace restjwt::server
