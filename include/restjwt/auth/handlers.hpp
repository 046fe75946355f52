#pragma once
// The original's handlers: replace one member, keep the others. They are called from many threads
// at once. An empty encode or decode means the built-in one.

#include <functional>
#include <string>
#include <string_view>

#include <restjwt/auth/settings.hpp>
#include <restjwt/auth/user.hpp>
#include <restjwt/clock.hpp>
#include <restjwt/json.hpp>
#include <restjwt/result.hpp>

namespace restjwt::auth {

/// user_id, username, email, exp, as 1.0.1 wrote them.
Json default_payload(const User& user, const Settings& settings, TimePoint now);
/// The claim user_id, null where there is none.
Json default_user_id(const Json& claims);

struct Handlers {
  /// JWT_PAYLOAD_HANDLER: user → claims, an object. orig_iat is added outside, so that a custom
  /// payload can still be refreshed.
  std::function<Json(const User&, const Settings&, TimePoint now)> payload = default_payload;
  /// Whether payload waits for a store or a network: then it is never called under Reach::memory.
  bool payload_blocks = false;
  /// JWT_PAYLOAD_GET_USER_ID_HANDLER: claims → the value that identifies the user. What Python
  /// calls false (null, 0, "", false, an empty list or object) counts as not there.
  std::function<Json(const Json& claims)> user_id = default_user_id;
  /// JWT_ENCODE_HANDLER: claims → token.
  std::function<std::string(const Json& claims)> encode{};
  /// JWT_DECODE_HANDLER: token → claims, verified by whatever rules the handler stands for.
  std::function<Result<Json>(std::string_view token, TimePoint now)> decode{};
};

}  // namespace restjwt::auth
