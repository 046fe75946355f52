#include "server/claims.hpp"

#include <algorithm>
#include <stdexcept>

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
    {"email", [](const User& user) { return Json(user.email); }},
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

Source source_of(const ClaimSource& claim, const Config& config,
                 storage::SqliteDatabase& database) {
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

}  // namespace

bool is_claim_column(std::string_view column) noexcept {
  return std::ranges::find(columns, column, &Column::name) != std::end(columns);
}

auth::Handlers declared_handlers(const Config& config, storage::SqliteDatabase& database,
                                 auth::Handlers base) {
  if (config.user_id_claim != "user_id")
    base.user_id = [name = config.user_id_claim](const Json& claims) {
      const Json* id = claims.find(name);
      return id ? *id : Json();
    };
  if (config.claims.empty()) return base;

  std::vector<std::pair<std::string, Source>> sources;
  for (const auto& claim : config.claims)
    sources.emplace_back(claim.name, source_of(claim, config, database));
  base.payload_blocks = std::ranges::any_of(
      config.claims, [](const ClaimSource& claim) { return claim.kind == ClaimSource::Kind::sql; });
  base.payload = [sources = std::move(sources)](const User& user, const auth::Settings& settings,
                                                TimePoint now) {
    Json claims = Json::object();
    for (const auto& [name, source] : sources) claims.set(name, source(user));
    claims.set("exp", *auth::default_payload(user, settings, now).find("exp"));
    return claims;
  };
  return base;
}

}  // namespace restjwt::server
