#include <algorithm>
#include <cmath>

#include "server/claims.hpp"
#include "server/config_keys.hpp"

namespace restjwt::server {
namespace {

using Refusal = std::optional<std::string>;

constexpr const char* expected =
    R"(expected text, a number, true or false, or one of { value = … }, { column = "email" }, )"
    R"({ sql = "SELECT … WHERE user_id = ?" })";

// TOML has inf and nan, JSON has not.
bool fits_json(const Json& value) {
  if (value.is_double()) return std::isfinite(value.as_double());
  if (value.is_array()) return std::ranges::all_of(value.as_array(), fits_json);
  if (value.is_object())
    return std::ranges::all_of(value.as_object(),
                               [](const auto& m) { return fits_json(m.second); });
  return true;
}

Refusal check_column(const std::string& column) {
  if (column == "password") return "a password hash never goes into a token";
  if (is_claim_column(column)) return {};
  return "the users have no such column; expected one such as \"email\", \"first_name\" or "
         "\"is_staff\"";
}

Refusal fill(ClaimSource& claim, const Json& value) {
  if (!value.is_object()) {
    if (value.is_array() || !fits_json(value)) return expected;
    claim.constant = value;
    return {};
  }
  if (value.as_object().size() != 1) return expected;
  const auto& [word, content] = value.as_object().front();
  if (word == "value" && fits_json(content)) {
    claim.constant = content;
    return {};
  }
  if ((word != "column" && word != "sql") || !content.is_string() || content.as_string().empty())
    return expected;
  claim.kind = word == "sql" ? ClaimSource::Kind::sql : ClaimSource::Kind::column;
  claim.text = content.as_string();
  return word == "column" ? check_column(claim.text) : Refusal();
}

}  // namespace

std::optional<std::string> assign_claim(Config& config, std::string_view name, const Json& value) {
  if (name == "exp" || name == "orig_iat" || name == "jti" || name == "orig_jti")
    return "the server always sets this claim itself";
  ClaimSource claim{.name = std::string(name), .kind = {}, .constant = {}, .text = {}};
  if (auto refusal = fill(claim, value)) return refusal;
  if ((name == "iat" || name == "nbf") && claim.kind != ClaimSource::Kind::sql)
    return "a time that is the same for every token, or no time, would make all of them refused";
  config.claims.push_back(std::move(claim));
  return {};
}

std::string show_claim(const ClaimSource& claim) {
  switch (claim.kind) {
    case ClaimSource::Kind::constant:
      return "{ value = " + to_text(claim.constant) + " }";
    case ClaimSource::Kind::column:
      return "{ column = " + to_text(Json(claim.text)) + " }";
    case ClaimSource::Kind::sql:
      return "{ sql = " + to_text(Json(claim.text)) + " }";
  }
  return {};
}

}  // namespace restjwt::server
