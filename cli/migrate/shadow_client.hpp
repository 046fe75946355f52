#pragma once
// Asking a server one thing over HTTP/1.1, on a connection of its own.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/migrate/shadow_exchange.hpp"

namespace restjwt::cli::migrate {

/// Longest body of a request or an answer that is passed on. No answer about tokens comes near it.
inline constexpr std::uint32_t longest_body = 8 * 1024 * 1024;
inline constexpr std::uint32_t longest_header = 64 * 1024;
inline constexpr std::chrono::seconds patience{30};

/// A server.
struct Peer {
  std::string authority{};               ///< as the Host header says it: "old.example:8000"
  std::vector<std::string> addresses{};  ///< numeric; the first that answers is used
  std::uint16_t port = 0;
};
/// Of "http://HOST:PORT". Throws WrongUsage for another URL, Refused for an unknown host.
Peer find_peer(const std::string& url);

/// Without the headers that concern one connection only (RFC 9110 §7.6.1), nor Content-Length and
/// Expect, which whoever sends the body again decides anew.
http::Headers end_to_end(const http::Headers& headers);

/// The answer, or why there is none within `time`. A missing Host header is added. Never throws for
/// what the other side does.
Reply ask(const Peer& peer, const http::Request& request,
          std::chrono::milliseconds time = patience);

}  // namespace restjwt::cli::migrate
