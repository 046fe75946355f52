#pragma once
// The claims of a token (RFC 7519 §4): the registered ones typed, the others by name.

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include <restjwt/json.hpp>
#include <restjwt/json_index.hpp>
#include <restjwt/result.hpp>

#include <restjwt/jose/error.hpp>

namespace restjwt::jose {

class VerifiedToken;

/// A NumericDate (RFC 7519 §2), to the microsecond.
using NumericDate = std::chrono::sys_time<std::chrono::microseconds>;

/// No clock shows a time further from 1970 than this, some 31,000 years; and no sum of three of
/// them overflows.
inline constexpr std::chrono::seconds furthest_time{1'000'000'000'000};

/// The instant a claim names; nothing where it is no number, or one beyond furthest_time.
std::optional<NumericDate> numeric_date(const JsonView& claim);

/// Claims stay text and are looked up in place; the views they give live as long as the Claims do
/// and are not moved or assigned to. What a forger may have written is not in here: see
/// unverified.hpp.
class Claims {
 public:
  /// As strict as parse_json(), and an object. Error: malformed.
  static Result<Claims> parse(std::string_view json);
  explicit Claims(JsonIndex members = {}) : members_(std::move(members)) {}

  /// The registered claims (RFC 7519 §4.1). Nothing where one is absent or of another type.
  std::optional<std::string_view> issuer() const { return text("iss"); }
  std::optional<std::string_view> subject() const { return text("sub"); }
  std::optional<std::string_view> token_id() const { return text("jti"); }
  std::optional<NumericDate> expires_at() const { return time("exp"); }
  std::optional<NumericDate> not_before() const { return time("nbf"); }
  std::optional<NumericDate> issued_at() const { return time("iat"); }
  /// Whether "aud" is this string, or an array of strings that holds it (RFC 7519 §4.1.3).
  bool is_for(std::string_view audience) const;

  /// Any claim by its name.
  std::optional<JsonView> find(std::string_view name) const { return members_.find(name); }
  const JsonIndex& members() const noexcept { return members_; }
  /// All of them as one value.
  Json to_json() const;

 private:
  friend class VerifiedToken;  // reads them in place
  bool read_part(std::string_view base64url);

  std::optional<std::string_view> text(std::string_view name) const;
  std::optional<NumericDate> time(std::string_view name) const;

  JsonIndex members_;
};

}  // namespace restjwt::jose
