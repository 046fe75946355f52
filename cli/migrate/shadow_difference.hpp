#pragma once
// Two answers to one request: what differs for a client. Nothing that is secret or personal comes
// out: bodies and claims are told by names and JSON types, and only sentences of error answers are
// told by their words (see Discretion).

#include <string>
#include <vector>

#include "cli/migrate/shadow_exchange.hpp"

namespace restjwt::cli::migrate {

struct Difference {
  std::string what{};  ///< "status", "Content-Type", "body token", "token claim exp"
  std::string old{};   ///< there
  std::string ours{};  ///< here
  int row = 0;         ///< of the table of departures, where it is one of them

  friend bool operator==(const Difference&, const Difference&) = default;
};

/// Compared are:
/// - the status
/// - the headers clients act on: Content-Type (without parameters), WWW-Authenticate, Allow, Vary,
///   Location, and the names, attributes and tokens of Set-Cookie
/// - the JSON body, member by member in any order; of "JSON parse error - …" only these words
/// - tokens, wherever they stand: header, names, types and values of claims; times may be
///   2 seconds and `lag` apart, and ids (jti) only have to be there; whether it is the token sent
/// An old page in HTML is told as such and not compared.
std::vector<Difference> differences(const Exchange& exchange);

}  // namespace restjwt::cli::migrate
