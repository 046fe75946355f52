#pragma once
// Who is behind a proxy.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace restjwt::server {

/// Addresses that begin with the same bits.
struct Network {
  std::array<unsigned char, 16> address{};  ///< IPv4 as IPv6 has it (RFC 4291 §2.5.5.2)
  unsigned bits = 128;
  friend bool operator==(const Network&, const Network&) = default;
};

/// "127.0.0.1", "10.0.0.0/8", "2001:db8::/32". Nothing for anything else, also where a bit behind
/// the prefix is set, since then somebody meant something else.
std::optional<Network> read_network(std::string_view text);
std::string network_text(const Network& network);

/// False for what is no address.
bool contains(std::span<const Network> networks, std::string_view address);

/// Who sent a request that came through a trusted proxy: of the addresses in X-Forwarded-For, which
/// every proxy on the way adds to at the right, the right-most that is not of a trusted proxy; the
/// left-most when all are. Ports and brackets are left out. Empty when nobody can say: the field is
/// not there, or what stands in it is no address.
std::string forwarded_client(std::optional<std::string_view> forwarded_for,
                             std::span<const Network> trusted);

}  // namespace restjwt::server
