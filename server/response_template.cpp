#include "server/response_template.hpp"

#include "server/claims.hpp"

namespace restjwt::server {
namespace {

constexpr std::string_view user_prefix = "{user.";

/// The column of "{user.column}"; empty when the text is none.
std::string_view user_column(std::string_view text) {
  if (!text.starts_with(user_prefix) || !text.ends_with('}')) return {};
  return text.substr(user_prefix.size(), text.size() - user_prefix.size() - 1);
}

std::optional<std::string> check(const Json& value, bool& has_token) {
  if (value.is_string()) {
    const std::string& text = value.as_string();
    if (text.find_first_of("{}") == text.npos || text == "{issued_at}") return {};
    if (text == "{token}") {
      has_token = true;
      return {};
    }
    if (is_claim_column(user_column(text))) return {};
    return text +
           " is no placeholder; expected {token}, {issued_at}, or {user.id}, "
           "{user.username}, {user.email} …";
  }
  if (value.is_array())
    for (const auto& item : value.as_array())
      if (auto refusal = check(item, has_token)) return refusal;
  if (value.is_object())
    for (const auto& [name, member] : value.as_object())
      if (auto refusal = check(member, has_token)) return refusal;
  return {};
}

}  // namespace

std::optional<std::string> check_response_template(const Json& value) {
  if (!value.is_object()) return R"(expected a table such as { token = "{token}" })";
  bool has_token = false;
  if (auto refusal = check(value, has_token)) return refusal;
  if (!has_token) return "nothing in it is {token}, so nobody would get one";
  return {};
}

Json fill_response_template(const Json& value, const auth::Grant& grant) {
  if (value.is_string()) {
    const std::string& text = value.as_string();
    if (text == "{token}") return grant.token;
    if (text == "{issued_at}") return grant.issued_at;
    const auto column = user_column(text);
    return column.empty() ? value : claim_column(column, *grant.user);
  }
  if (value.is_array()) {
    Json::Array items;
    for (const auto& item : value.as_array()) items.push_back(fill_response_template(item, grant));
    return items;
  }
  if (value.is_object()) {
    Json::Object members;
    for (const auto& [name, member] : value.as_object())
      members.emplace_back(name, fill_response_template(member, grant));
    return members;
  }
  return value;
}

}  // namespace restjwt::server
