#pragma once
// A recorded answer beside ours: what differs, and which differences are meant.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/http/message.hpp>
#include <restjwt/json.hpp>

#include "server/replay_exchange.hpp"

namespace restjwt::test {

/// What differs in status, JSON body, kept headers and tokens, a sentence each; empty when nothing
/// does. `sent` are the bytes of our request.
std::vector<std::string> differences(const Exchange& recorded, const http::Response& ours,
                                     std::string_view sent);

/// Whether the recorded server may have read its clock a second after the request came in: it read
/// it some milliseconds later, and added a fraction of a second before it cut.
bool crosses_a_second(std::int64_t at_us, std::int64_t added_us);

/// An exchange that we answer differently on purpose.
struct Departure {
  std::string pattern{};  ///< of exchange ids; "*" stands for any characters
  int row = 0;            ///< of BEHAVIOUR.md §9, which allows it, or
  std::string rule{};     ///< of a standard, where there is no row
  /// Our answer. Body: null is not compared. Headers: those named here.
  int status = 0;
  Json body{};
  http::Headers headers{};
  std::string cookie{};  ///< attributes of the cookie, but for expires; empty: not compared

  bool matches(std::string_view id) const;
  /// How `ours` differs from the answer stated here.
  std::vector<std::string> differences(const http::Response& ours) const;
};

std::vector<Departure> read_departures(const std::filesystem::path& file);

}  // namespace restjwt::test
