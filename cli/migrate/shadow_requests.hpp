#pragma once
// The file of --requests: one JSON object a line, blank lines aside. An access log can be turned
// into it; no secret has to stand in it.
//
//   {"method": "POST", "path": "/api-token-auth/",
//    "body": {"username": "admin", "password": "{password}"}, "uses": {"password":
//    "ADMIN_PASSWORD"}}
//   {"method": "POST", "path": "/api-token-verify/", "body": {"token": "{token}"}, "uses":
//   {"token": 0}}
//   {"method": "GET", "path": "/me/?page=2", "headers": [["Authorization", "JWT {token}"]],
//    "uses": {"token": 0}}
//
//   method   "GET" where it is missing
//   path     with its query
//   headers  pairs of name and value; those that belong to one connection are left out
//   body     text, or any other JSON value, which is then sent as application/json
//   body_b64 in place of body: bytes in base64, sent as they are
//   uses     what stands in for "{name}" in header values and in body: with a text, the environment
//            variable of that name; with a number n, the token that the old server's answer to the
//            request n of this file issued, counted from 0. In a body given as text the value is
//            encoded for a form where Content-Type says so, otherwise for the inside of a JSON
//            text.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <restjwt/http/message.hpp>
#include <restjwt/json.hpp>
#include <restjwt/secret.hpp>

#include "cli/migrate/shadow_exchange.hpp"

namespace restjwt::cli::migrate {

struct RecordedRequest {
  http::Request request{};
  /// Sent in place of request.body.
  std::optional<Json> json_body{};
  /// The body came as body_b64: it has no placeholders.
  bool as_it_is = false;
  std::map<std::string, std::variant<std::size_t, Secret>> uses{};
};

/// Throws Refused when the file cannot be read and WrongUsage, naming the line, for what is wrong
/// in it; never with a value from the line. `environment`: as getenv().
std::vector<RecordedRequest> read_requests(
    const std::filesystem::path& file,
    const std::function<std::optional<std::string>(const std::string&)>& environment);

/// The request with its placeholders filled in; nothing when a token it needs was not
/// issued.
/// `tokens`: those issued so far, by the number of the request; empty where there was none.
std::optional<http::Request> filled(const RecordedRequest& recorded,
                                    const std::vector<std::string>& tokens);

/// The first token in the answer: in its JSON body, or else in a cookie; empty when there is none.
std::string issued_token(const http::Response& answer);

}  // namespace restjwt::cli::migrate
