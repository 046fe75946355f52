// Who is behind a proxy, whatever the header says.

#include "server/forwarded.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace restjwt::server {
namespace {

using namespace std::string_view_literals;

class Forwarded : public testing::Test {
 protected:
  std::string client(std::optional<std::string_view> header) {
    return forwarded_client(header, trusted_);
  }

  const std::vector<Network> trusted_{*read_network("127.0.0.1"), *read_network("10.0.0.0/8"),
                                      *read_network("2001:db8:ffff::/48")};
};

TEST_F(Forwarded, IsWhatTheNearestProxySaw) {
  EXPECT_EQ(client("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(client("2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(client("198.51.100.9, 192.0.2.1"), "192.0.2.1") << "the left one may be invented";
  EXPECT_EQ(client("192.0.2.1,10.1.2.3 ,\t127.0.0.1 "), "192.0.2.1");
  EXPECT_EQ(client("192.0.2.1, 2001:db8:ffff::5"), "192.0.2.1");
}

TEST_F(Forwarded, IsTheFarthestWhereAllAreOurs) {
  EXPECT_EQ(client("10.0.0.7, 10.0.0.2"), "10.0.0.7");
  EXPECT_EQ(client("10.0.0.7"), "10.0.0.7");
}

TEST_F(Forwarded, LeavesPortsAndBracketsOut) {
  EXPECT_EQ(client("192.0.2.1:443"), "192.0.2.1");
  EXPECT_EQ(client("[2001:db8::1]"), "2001:db8::1");
  EXPECT_EQ(client("[2001:DB8:0::1]:443"), "2001:db8::1");
  EXPECT_EQ(client("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(client("192.0.2.1, ::ffff:10.0.0.2"), "192.0.2.1");
}

TEST_F(Forwarded, IsNobodyWhereNobodyCanSay) {
  EXPECT_EQ(client(std::nullopt), "");
  for (const auto garbage : {""sv,
                             " "sv,
                             ","sv,
                             "unknown"sv,
                             "_hidden"sv,
                             "192.0.2.1,"sv,
                             "192.0.2.256"sv,
                             "192.0.2"sv,
                             "192.0.2.1:"sv,
                             "192.0.2.1:http"sv,
                             "192.0.2.1:65536"sv,
                             "192.0.2.1:-1"sv,
                             "192.0.2.1 192.0.2.2"sv,
                             "[2001:db8::1"sv,
                             "2001:db8::1]"sv,
                             "[2001:db8::1]443"sv,
                             "[192.0.2.1]"sv,
                             "[]"sv,
                             "[]:1"sv,
                             "fe80::1%eth0"sv,
                             "for=192.0.2.1"sv,
                             "192.0.2.1\0"sv,
                             "0x7f.1"sv,
                             "\"192.0.2.1\""sv,
                             "192.0.2.1, garbage"sv,
                             "garbage, 10.0.0.2"sv})
    EXPECT_EQ(client(garbage), "") << garbage;
}

TEST_F(Forwarded, IgnoresGarbageBehindWhomWeFound) {
  EXPECT_EQ(client("garbage, ,,, 192.0.2.1, 10.0.0.2"), "192.0.2.1");
}

TEST_F(Forwarded, TakesThousandsOfHops) {
  std::string hops = "192.0.2.1";
  for (int i = 0; i < 100'000; ++i) hops += ", 10.0.0.2";
  EXPECT_EQ(client(hops), "192.0.2.1");
  EXPECT_EQ(client(std::string(1'000'000, ',')), "");
  EXPECT_EQ(client(std::string(1'000'000, '1')), "");
}

TEST(Network, ContainsTheAddressesThatBeginAlike) {
  const auto in = [](std::string_view network, std::string_view address) {
    const std::vector networks{read_network(network).value()};
    return contains(networks, address);
  };
  EXPECT_TRUE(in("10.0.0.0/8", "10.255.0.1"));
  EXPECT_TRUE(in("10.0.0.0/8", "::ffff:10.255.0.1"));
  EXPECT_FALSE(in("10.0.0.0/8", "11.0.0.1"));
  EXPECT_FALSE(in("10.0.0.0/8", "::10.0.0.1"));
  EXPECT_TRUE(in("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(in("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(in("::1", "::1"));
  EXPECT_FALSE(in("::1", "127.0.0.1"));
  EXPECT_TRUE(in("2001:db8::/32", "2001:db8:5::1"));
  EXPECT_FALSE(in("2001:db8::/32", ""));
  EXPECT_FALSE(in("2001:db8::/32", "2001:db8::1%eth0"));
}

TEST(Network, IsWrittenAsItIsRead) {
  for (const auto* text : {"127.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32", "192.0.2.128/25"})
    EXPECT_EQ(network_text(read_network(text).value()), text);
  EXPECT_EQ(network_text(read_network("10.0.0.1/32").value()), "10.0.0.1");
  for (const auto* wrong : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/8/8", "10.0.0.1/8",
                            "10.0.0.0/-1", "::/129", "10.0.0.0 /8", "localhost", "10/8"})
    EXPECT_FALSE(read_network(wrong)) << wrong;
}

}  // namespace
}  // namespace restjwt::server
