#pragma once
// The original's handlers: replace one member, keep the others. They are called from many threads
// at once. An empty member means the built-in one of the profile.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <restjwt/auth/settings.hpp>
#include <restjwt/auth/user.hpp>
#include <restjwt/clock.hpp>
#include <restjwt/json.hpp>
#include <restjwt/result.hpp>

namespace restjwt::auth {

/// What a login, a refresh or a verification hands out.
struct Grant {
  std::string token{};
  UserPtr user{};
  /// The token's iat, null where it has none.
  Json issued_at{};
  /// When it was handed out.
  TimePoint at{};
};

/// On which occasion a payload is made.
struct Issuing {
  const Settings& settings;
  TimePoint now;
  /// A new id for the claim jti; empty where JWT_TOKEN_ID is off.
  std::string token_id{};

  /// The claim exp: the whole second below now + JWT_EXPIRATION_DELTA.
  std::int64_t exp() const;
};

/// The claims of the profile:
///
///     1.0.1    user_id, username, email, exp
///     1.11.0   user_id, username, exp, email, <USERNAME_FIELD>
///     drf-jwt  username, iat, exp, jti, user_id, user_profile_id
///
/// (1.11.0: email where the table has one, and the name once more as the USERNAME_FIELD; drf-jwt:
/// user_profile_id where there is one)
Json default_payload(const User& user, const Issuing& issuing);
/// The claim user_id, null where there is none.
Json default_user_id(const Json& claims);
/// The claim username, null where there is none.
Json default_username(const Json& claims);
/// {"token": …}; in profile drf-jwt {"pk": <issued at>, "token": …}.
Json default_response(const Grant& grant, Profile profile);

struct Handlers {
  /// JWT_PAYLOAD_HANDLER: user → claims, an object. orig_iat, orig_jti, and aud and iss where they
  /// are settings, are added outside, so that a custom payload can still be verified and refreshed.
  std::function<Json(const User&, const Issuing&)> payload = default_payload;
  /// Whether payload waits for a store or a network: then it is never called under Reach::memory.
  bool payload_blocks = false;
  /// JWT_PAYLOAD_GET_USER_ID_HANDLER: claims → the value that identifies the user. What Python
  /// calls false (null, 0, "", false, an empty list or object) counts as not there.
  std::function<Json(const Json& claims)> user_id = default_user_id;
  /// JWT_PAYLOAD_GET_USERNAME_HANDLER: claims → the user's name. From profile 1.11.0 on it has to
  /// be there and to agree with the user_id, where that is there too.
  std::function<Json(const Json& claims)> username = default_username;
  /// JWT_RESPONSE_PAYLOAD_HANDLER: the body that obtain, refresh and verify answer.
  std::function<Json(const Grant&)> response{};
  /// JWT_GET_USER_SECRET_KEY: the HMAC key for one user's tokens, in place of JWT_SECRET_KEY. Must
  /// not wait for anything; a store that has such keys fills User::secret_key.
  std::function<Secret(const User&)> user_secret_key{};
  /// JWT_ENCODE_HANDLER: claims → token.
  std::function<std::string(const Json& claims)> encode{};
  /// JWT_DECODE_HANDLER: token → claims, verified by whatever rules the handler stands for.
  std::function<Result<Json>(std::string_view token, TimePoint now)> decode{};
};

}  // namespace restjwt::auth
