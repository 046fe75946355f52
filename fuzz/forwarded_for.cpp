// Door: X-Forwarded-For from a trusted proxy, and the networks that are trusted.
#include <cstdint>
#include <string_view>
#include <vector>

#include "server/forwarded.hpp"

#include <restjwt/auth/throttle.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace restjwt::server;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  static const std::vector<Network> trusted{*read_network("127.0.0.1"), *read_network("10.0.0.0/8"),
                                            *read_network("2001:db8::/32")};
  const auto client = forwarded_client(input, trusted);
  // An address is written in one way only, which is the same when it is read again.
  if (!client.empty() && forwarded_client(client, trusted) != client) __builtin_trap();
  if (const auto network = read_network(input);
      network && read_network(network_text(*network)) != network)
    __builtin_trap();
  const auto counted = restjwt::auth::counted_address(input);
  const auto bare = counted.substr(0, counted.find('/'));
  if (restjwt::auth::counted_address(bare) != counted) __builtin_trap();
  return 0;
}
