#include "cli/migrate/shadow_token.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <restjwt/jose/unverified.hpp>

namespace restjwt::cli::migrate {
namespace {

constexpr std::size_t longest_token = 64 * 1024;

constexpr std::array<std::string_view, 4> times{"exp", "iat", "orig_iat", "nbf"};
constexpr std::array<std::string_view, 2> ids{"jti", "orig_jti"};

template <std::size_t n>
bool among(const std::array<std::string_view, n>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class TokenComparison {
 public:
  TokenComparison(const std::string& where, std::chrono::seconds lag, const Discretion& discretion)
      : where_(where), tolerance_(lag + std::chrono::seconds(2)), discretion_(discretion) {}

  void headers(const Json& old, const Json& ours) {
    each(old, ours, " header ", [this](const auto& name, const Json& a, const Json& b) {
      if (a != b) tell(" header ", name, shown(a), shown(b));
    });
  }

  void claims(const Json& old, const Json& ours) {
    each(old, ours, " claim ",
         [this](const auto& name, const Json& a, const Json& b) { claim(name, a, b); });
  }

  std::vector<Difference> found() && { return std::move(found_); }

 private:
  /// Calls `both` for the members that both have, and tells those that one lacks.
  template <class Both>
  void each(const Json& old, const Json& ours, const char* kind, Both both) {
    for (const auto& [name, value] : old.as_object()) {
      const Json* other = ours.find(name);
      if (other) both(name, value, *other);
      else tell(kind, name, type_name(value), "none");
    }
    for (const auto& [name, value] : ours.as_object())
      if (!old.find(name)) tell(kind, name, "none", type_name(value));
  }

  void claim(const std::string& name, const Json& old, const Json& ours) {
    if (type_name(old) != type_name(ours)) {
      const int row = name == "user_profile_id" && old.is_array() && ours.is_number() ? 33 : 0;
      tell(" claim ", name, type_name(old), type_name(ours), row);
    } else if (among(times, name) && old.is_number()) {
      const double apart = ours.as_double() - old.as_double();
      if (std::abs(apart) > static_cast<double>(tolerance_.count()))
        tell(" claim ", name, "a time", apart > 0 ? "a later one" : "an earlier one");
    } else if (!among(ids, name) && old != ours) {
      tell(" claim ", name, type_name(old), "another " + std::string(type_name(ours)));
    }
  }

  void tell(const char* kind, const std::string& name, std::string_view old, std::string_view ours,
            int row = 0) {
    found_.push_back(
        {where_ + kind + discretion_.plain(name), std::string(old), std::string(ours), row});
  }

  std::string shown(const Json& value) const {
    return value.is_string() ? discretion_.quoted(value.as_string())
                             : std::string(type_name(value));
  }

  const std::string& where_;
  std::chrono::seconds tolerance_;
  const Discretion& discretion_;
  std::vector<Difference> found_;
};

}  // namespace

std::string_view type_name(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return "true or false";
  if (value.is_number()) return "number";
  if (value.is_array()) return "list";
  if (value.is_object()) return "object";
  return is_token(value.as_string()) ? "token" : "text";
}

bool is_token(std::string_view text) { return jose::peek(text, longest_token).has_value(); }

bool is_issued_at(const Json& answer, const Json& value) {
  const Json* token = answer.find("token");
  if (!token || !token->is_string() || !value.is_number()) return false;
  const auto seen = jose::peek(token->as_string());
  const Json* iat = seen ? seen->claims.find("iat") : nullptr;
  return iat && *iat == value;
}

bool has_token_id(std::string_view token) {
  const auto seen = jose::peek(token);
  return seen && seen->claims.find("jti");
}

std::vector<Difference> token_differences(const std::string& where, std::string_view old,
                                          std::string_view ours, std::chrono::seconds lag,
                                          const Discretion& discretion) {
  const auto a = jose::peek(old, longest_token);
  const auto b = jose::peek(ours, longest_token);
  if (!a || !b) return {{where, a ? "token" : "no token", b ? "token" : "no token"}};
  TokenComparison comparison(where, lag, discretion);
  comparison.headers(a->header, b->header);
  comparison.claims(a->claims, b->claims);
  return std::move(comparison).found();
}

}  // namespace restjwt::cli::migrate
