#pragma once
// A refresh token that works once: what a store keeps of a session's chain of refresh tokens, and
// the one rule by which every store decides (RFC 9700 §4.14.2; docs/decisions/0018).
//
//   the head           is exchanged for its child, which is the head from then on
//   the head's parent  gives the same head again, for a moment: a lost reply, or a second tab
//   any other          was used before, so somebody has a copy: the session ends
//
// Of a token only its fingerprint is kept. Of the head also its id and its time, which are no
// secret and suffice to sign it again.

#include <chrono>
#include <optional>
#include <string>

#include <restjwt/auth/fingerprint.hpp>
#include <restjwt/auth/revocation.hpp>
#include <restjwt/auth/session.hpp>
#include <restjwt/clock.hpp>

namespace restjwt::auth {

/// The newest refresh token of a session.
struct ChildToken {
  std::string id{};  ///< its claim jti
  TimePoint issued{};
};

/// What is kept of the refresh tokens of one session, once the first was exchanged.
struct RefreshChain {
  Fingerprint head{};
  Fingerprint parent{};
  ChildToken child{};  ///< the head
  /// When the parent was exchanged for it, and by whom.
  TimePoint exchanged{};
  Client client{};
};

/// A refresh token that is presented.
struct Redemption {
  /// As its token tells it; idle_limit as it is when the child is handed out, client who asks.
  Session session{};
  Fingerprint token{};
  TimePoint issued{};  ///< the token's iat
  /// What it is to be exchanged for. Nothing: tokens are not rotated, and it stays the head.
  std::optional<ChildToken> child{};
  Fingerprint child_token{};
  /// REFRESH_REUSE_INTERVAL
  std::chrono::seconds reuse_interval{0};
  /// Whether another program exchanges tokens of this session too, and tells us of none: then one
  /// that was issued after the head is its descendant, and a session that is not noted may live.
  /// No child is issued before its parent.
  bool others_refresh = false;
  /// How long what ends the session is kept; see RevocationLog::append().
  std::optional<TimePoint> until{};
  TimePoint now{};
  /// Tells what would become of it, and changes nothing.
  bool only_look = false;
};

/// What became of it.
struct Redeemed {
  enum class Outcome {
    accepted,  ///< for the first time
    repeated,  ///< within the interval: the child of before counts
    reused,    ///< the session has ended for it, now
    ended,     ///< the session had ended before, or is not known
  };
  Outcome outcome = Outcome::ended;
  /// accepted, repeated: the child that counts; nothing where tokens are not rotated.
  std::optional<ChildToken> child{};
  /// reused: what has ended.
  std::optional<Revocation> revocation{};
};

/// The rule, for a session that lives: accepted, repeated or reused.
Redeemed::Outcome judge(const std::optional<RefreshChain>& chain, const Redemption& presented);
/// The chain as it is when the token was accepted.
RefreshChain exchanged(const Redemption& presented);

}  // namespace restjwt::auth
