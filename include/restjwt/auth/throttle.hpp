#pragma once
// Guessing passwords is made slow. Failed logins are counted per account and per address; once
// there are too many, no password is looked at for a while, not even the right one. Who comes from
// an address that he has logged in from before is counted apart from strangers, so that these
// cannot lock him out. Tokens that were handed out already go on.

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/audit.hpp>
#include <restjwt/clock.hpp>

namespace restjwt::auth {

struct ThrottleSettings {
  bool enabled = true;
  /// That many failed logins from one address in a period; then none until the period ends.
  unsigned rate = 20;
  std::chrono::seconds period = std::chrono::minutes{1};
  /// Whether Client::address says who it is. False behind a proxy that nobody has declared: every
  /// client would have the proxy's.
  bool by_address = true;
  /// That many failed logins to one account within find_time; then none for ban_time.
  unsigned max_retries = 5;
  std::chrono::seconds find_time = std::chrono::minutes{15};
  std::chrono::seconds ban_time = std::chrono::minutes{15};
  /// A ban that follows another takes twice as long, up to this (or ban_time, if that is longer).
  std::chrono::seconds longest_ban = std::chrono::hours{1};
};

/// Too many failed logins: the password was not looked at.
struct Throttled : std::runtime_error {
  explicit Throttled(std::chrono::seconds wait)
      : std::runtime_error("too many failed logins"), retry_after(wait) {}
  std::chrono::seconds retry_after;  ///< at least 1
};

/// What failures are counted for: an account, an account from an address that is usual for it, or
/// ("" for the account) an address.
struct ThrottleBucket {
  std::string account{};  ///< see account_of()
  std::string address{};  ///< see counted_address()
  friend auto operator<=>(const ThrottleBucket&, const ThrottleBucket&) = default;
};

/// When a bucket is full, and what follows.
struct ThrottleRule {
  unsigned failures = 1;
  std::chrono::seconds within{};
  /// 0: until `within` is over.
  std::chrono::seconds ban{};
  std::chrono::seconds longest_ban{};
};

/// What is kept of a bucket. One that nobody knows is as one without failures.
struct Tally {
  unsigned failures = 0;  ///< since `since`; during a ban it goes on
  TimePoint since{};
  unsigned bans = 0;  ///< one after the other
  std::optional<TimePoint> until{};
  TimePoint forget{};  ///< from then on it counts no more

  bool is_banned(TimePoint now) const noexcept { return until && *until > now; }
  /// True when this failure is the one that begins a ban.
  bool add_failure(const ThrottleRule& rule, TimePoint now);
};

struct Failure {
  ThrottleBucket bucket{};
  ThrottleRule rule{};
  /// Goes into the audit log, with the end of the ban as its reason, when this failure begins one.
  std::optional<AuditEvent> banned{};
};

/// How an attempt stands that has not been made yet.
struct Standing {
  bool usual = false;                ///< the account has logged in from that address
  bool noted = false;                ///< and that was written down lately
  bool counted = false;              ///< there were failures that a success would forget
  std::optional<TimePoint> until{};  ///< banned
};

struct Ban {
  ThrottleBucket bucket{};
  TimePoint until{};
  unsigned failures = 0;  ///< that were made, also by those who were on their way when it began
};

inline constexpr std::size_t most_usual_addresses = 8;
inline constexpr std::chrono::days usual_address_life{90};

/// Where failed logins are counted. Every call may block, is safe from many threads at once and is
/// atomic, and throws StoreError when the store fails. Counts may be lost in a crash.
class ThrottleStore {
 public:
  virtual ~ThrottleStore() = default;

  /// Random, and the same for as long as the store lives. Nobody may guess it: who knows which
  /// names share an account would ban one, and see at another whether somebody has that name.
  virtual std::string salt() = 0;
  /// `who`: an account, and the address it is tried from ("" for none).
  virtual Standing find(const ThrottleBucket& who, TimePoint now) = 0;
  /// Counts each; buckets of accounts stand before those of addresses.
  virtual void add(std::span<const Failure> failures, TimePoint now) = 0;
  /// A login of `who`: the address is a usual one from now on, and what was counted for the account
  /// is forgotten; where the address was `usual` already, only what was counted from there.
  virtual void succeed(const ThrottleBucket& who, bool usual, TimePoint now) = 0;

  /// Those in force, the one that ends last first. At most `limit`.
  virtual std::vector<Ban> bans(TimePoint now, std::size_t limit) = 0;
  /// Forgets what was counted for an account, wherever it was tried from, or for an address, or
  /// (both empty) everything. Returns how many bans that ended; if any, `event` goes into the audit
  /// log.
  virtual std::size_t lift(const ThrottleBucket& whose, TimePoint now, const AuditEvent& event) = 0;
  /// Deletes up to `limit` tallies, and as many usual addresses, that count no more; returns how
  /// many.
  virtual std::size_t purge_throttle(TimePoint now, std::size_t limit) = 0;
};

/// `store` must outlive the Service.
struct ThrottleParts {
  ThrottleStore& store;
  ThrottleSettings settings{};
};

/// A user as an account.
std::string account_of(const UserId& user);
/// A name that nobody has, which may be a password in the wrong field: one of 131072 accounts, so
/// that the name cannot be found from it.
std::string account_of_stranger(std::string_view username, std::string_view salt);
/// The user an account stands for; nothing when that is nobody.
std::optional<UserId> user_of_account(std::string_view account);

/// An address as it is counted: IPv4 as it is (also one in IPv6's clothes), of IPv6 the network
/// "2001:db8:1:2::/64", since one customer has all of that. Empty, who counts for nobody: no
/// address, and loopback, as a proxy on this machine would be everybody.
std::string counted_address(std::string_view address);

/// From the rows of a store: those of (account, ""), (account, address) and ("", address) that it
/// has, and when the account last logged in from there.
struct KeptTally {
  ThrottleBucket bucket{};
  Tally tally{};
};
Standing standing_of(std::span<const KeptTally> rows, std::optional<TimePoint> seen, TimePoint now);

}  // namespace restjwt::auth
