#include <restjwt/auth/throttle.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include <restjwt/auth/fingerprint.hpp>

namespace restjwt::auth {
namespace {

using std::chrono::seconds;

constexpr std::string_view user_prefix = "user:";
constexpr std::string_view stranger_prefix = "name:";
constexpr unsigned stranger_bits = 17;

/// So often is a usual address noted again.
constexpr std::chrono::hours fresh{24};

seconds doubled(seconds ban, unsigned times, seconds longest) {
  longest = std::max(ban, longest);
  while (times-- > 0 && ban < longest) ban *= 2;
  return std::min(ban, longest);
}

std::string text_of(int family, const void* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(family, bytes, text.data(), text.size()) ? text.data() : "";
}

}  // namespace

bool Tally::add_failure(const ThrottleRule& rule, TimePoint now) {
  if (now >= forget) *this = {};
  if (!is_banned(now) && (until || now >= since + rule.within)) failures = 0;
  if (failures == 0) {
    since = now;
    until.reset();
  }
  if (failures < std::numeric_limits<unsigned>::max() / 2) ++failures;
  if (is_banned(now)) return false;
  if (failures < rule.failures) {
    forget = std::max(forget, since + rule.within);
    return false;
  }
  if (rule.ban == seconds{0}) {
    forget = *(until = since + rule.within);
    return true;
  }
  until = now + doubled(rule.ban, bans++, rule.longest_ban);
  // As long again it is remembered that there was one.
  forget = *until + std::max(rule.longest_ban, rule.ban);
  return true;
}

std::string account_of(const UserId& user) {
  return std::string(user_prefix) + to_text(user.to_json());
}

std::string account_of_stranger(std::string_view username, std::string_view salt) {
  const auto digest = Fingerprint::of({salt, username}).bytes();
  const std::uint32_t number = digest[0] | digest[1] << 8 | digest[2] << 16;
  return std::string(stranger_prefix) + std::to_string(number % (1u << stranger_bits));
}

std::optional<UserId> user_of_account(std::string_view account) {
  if (!account.starts_with(user_prefix)) return std::nullopt;
  const auto id = parse_json(account.substr(user_prefix.size()));
  if (!id) return std::nullopt;
  // Not as a claim is read: the text "7" is no number here.
  if (id->is_string()) return UserId(id->as_string());
  return UserId::from_json(*id);
}

std::string counted_address(std::string_view address) {
  const std::string text(address.substr(0, address.find('%')));  // a zone is this machine's own
  if (text.find('\0') != std::string::npos) return {};
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) != 1) {
    in6_addr v6{};
    if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return {};
    if (!IN6_IS_ADDR_V4MAPPED(&v6)) {
      std::memset(v6.s6_addr + 8, 0, 8);
      // ::1, and nobody else's (RFC 4291 §2.5).
      return IN6_IS_ADDR_UNSPECIFIED(&v6) ? std::string() : text_of(AF_INET6, &v6) + "/64";
    }
    std::memcpy(&v4, v6.s6_addr + 12, sizeof v4);
  }
  const auto first = ntohl(v4.s_addr) >> 24;
  return first == 127 || first == 0 ? std::string() : text_of(AF_INET, &v4);
}

Standing standing_of(std::span<const KeptTally> rows, std::optional<TimePoint> seen,
                     TimePoint now) {
  Standing standing;
  standing.usual = seen && *seen > now - usual_address_life;
  standing.noted = seen && *seen > now - fresh;
  for (const auto& [bucket, tally] : rows) {
    const bool of_address = bucket.account.empty();
    // Of the account's two buckets the one that the attempt will be counted in.
    if (!of_address && bucket.address.empty() == standing.usual) continue;
    standing.counted = standing.counted || !of_address;
    if (tally.is_banned(now)) standing.until = std::max(standing.until, tally.until);
  }
  return standing;
}

}  // namespace restjwt::auth
