#include "server/forwarded.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace restjwt::server {
namespace {

using Bytes = std::array<unsigned char, 16>;

constexpr Bytes mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned mapped_bits = 96;

bool is_mapped(const Bytes& bytes) {
  return std::equal(bytes.begin(), bytes.begin() + 12, mapped_prefix.begin());
}

std::optional<Bytes> parse_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != text.npos) return std::nullopt;
  char terminated[INET6_ADDRSTRLEN]{};
  std::ranges::copy(text, terminated);
  Bytes bytes = mapped_prefix;
  if (inet_pton(AF_INET, terminated, bytes.data() + 12) == 1) return bytes;
  return inet_pton(AF_INET6, terminated, bytes.data()) == 1 ? std::optional(bytes) : std::nullopt;
}

std::string address_text(const Bytes& bytes) {
  char text[INET6_ADDRSTRLEN]{};
  const bool v4 = is_mapped(bytes);
  inet_ntop(v4 ? AF_INET : AF_INET6, bytes.data() + (v4 ? 12 : 0), text, sizeof text);
  return text;
}

bool bit_of(const Bytes& bytes, unsigned i) { return (bytes[i / 8] >> (7 - i % 8) & 1) != 0; }

bool contains(std::span<const Network> networks, const Bytes& address) {
  return std::ranges::any_of(networks, [&](const Network& network) {
    for (unsigned i = 0; i < network.bits; ++i)
      if (bit_of(network.address, i) != bit_of(address, i)) return false;
    return true;
  });
}

template <class Number>
std::optional<Number> number_in(std::string_view digits, Number most) {
  Number number{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || number > most)
    return std::nullopt;
  return number;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// "192.0.2.1", "192.0.2.1:443", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:443".
std::optional<Bytes> parse_hop(std::string_view hop) {
  std::string_view port;
  if (hop.starts_with('[')) {
    const auto end = hop.find(']');
    if (end == hop.npos) return std::nullopt;
    port = hop.substr(end + 1);
    hop = hop.substr(1, end - 1);
    if (hop.find(':') == hop.npos) return std::nullopt;
  } else if (std::ranges::count(hop, ':') == 1) {
    const auto colon = hop.find(':');
    port = hop.substr(colon);
    hop = hop.substr(0, colon);
  }
  if (!port.empty() && (port[0] != ':' || !number_in(port.substr(1), 65'535u))) return std::nullopt;
  return parse_address(hop);
}

}  // namespace

std::optional<Network> read_network(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  const bool v4 = text.substr(0, slash).find(':') == text.npos;
  Network network{*address};
  if (slash < text.size()) {
    const auto bits = number_in(text.substr(slash + 1), v4 ? 32u : 128u);
    if (!bits) return std::nullopt;
    network.bits = *bits + (v4 ? mapped_bits : 0);
  }
  for (unsigned i = network.bits; i < 128; ++i)
    if (bit_of(network.address, i)) return std::nullopt;
  return network;
}

std::string network_text(const Network& network) {
  auto text = address_text(network.address);
  if (network.bits == 128) return text;
  const bool v4 = is_mapped(network.address) && network.bits >= mapped_bits;
  return text + "/" + std::to_string(network.bits - (v4 ? mapped_bits : 0));
}

bool contains(std::span<const Network> networks, std::string_view address) {
  const auto bytes = parse_address(address);
  return bytes && contains(networks, *bytes);
}

std::string forwarded_client(std::optional<std::string_view> forwarded_for,
                             std::span<const Network> trusted) {
  if (!forwarded_for) return {};
  for (auto rest = *forwarded_for;;) {
    const auto comma = rest.rfind(',');
    const auto hop = parse_hop(trimmed(comma == rest.npos ? rest : rest.substr(comma + 1)));
    if (!hop) return {};
    if (comma == rest.npos || !contains(trusted, *hop)) return address_text(*hop);
    rest = rest.substr(0, comma);
  }
}

}  // namespace restjwt::server
