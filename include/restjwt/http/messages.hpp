#pragma once
// What a client reads, one table per profile. The only place that holds both error codes and
// sentences.

#include <string>
#include <string_view>
#include <system_error>

#include <restjwt/auth/profile.hpp>
#include <restjwt/json.hpp>

namespace restjwt::http {

/// The three places a token is taken. They word some refusals differently.
enum class Door { authentication, verify, refresh };

struct Messages {
  auth::Profile profile;
  JsonStyle style;                     ///< how bodies are written
  int success;                         ///< status of obtain, refresh, verify
  std::string_view vary;               ///< of their answers
  std::string_view required;           ///< field missing
  std::string_view blank;              ///< field ""
  std::string_view null;               ///< field null
  std::string_view not_a_string;       ///< field of another type; empty: its text is taken
  std::string_view null_characters;    ///< NUL in a field; empty: passed on
  std::string_view invalid_pk;         ///< "{pk}": nobody has it
  std::string_view incorrect_type;     ///< "{type}": cannot be a primary key
  std::string_view not_an_object;      ///< top level of the body; may hold "{type}"
  std::string_view no_data;            ///< top level null
  std::string_view unsupported_media;  ///< "{media}"
  std::string_view not_acceptable;
  std::string_view method_not_allowed;  ///< "{method}"
  std::string_view not_found;
  std::string_view not_authenticated;
  std::string_view permission_denied;
  std::string_view throttled;  ///< "{wait}": "1 second", "60 seconds"
  std::string_view header_without_credentials;
  std::string_view header_with_spaces;
  std::string_view bad_credentials;
  std::string_view user_disabled;
  std::string_view expired;
  std::string_view undecodable;             ///< malformed, forged
  std::string_view refused;                 ///< algorithm, nbf, iss, aud
  std::string_view invalid_payload_header;  ///< door authentication
  std::string_view invalid_payload_body;    ///< doors verify and refresh
  std::string_view user_not_found_header;
  std::string_view user_not_found_body;
  std::string_view user_inactive_header;
  std::string_view user_inactive_body;
  std::string_view orig_iat_missing;
  std::string_view refresh_expired;
  std::string_view verify_description;  ///< what OPTIONS tells of the views
  std::string_view refresh_description;
};

const Messages& messages(auth::Profile profile) noexcept;

/// The sentence for a jose::TokenErrc or auth::AuthErrc at that door.
std::string_view sentence(const Messages& table, std::error_code why, Door door) noexcept;

/// `text` with "{name}" replaced by `value`.
std::string fill(std::string_view text, std::string_view name, std::string_view value);

}  // namespace restjwt::http
