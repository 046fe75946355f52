#pragma once
// Keys that take turns: which one signs now, which ones still verify, what is published. Pure: time
// comes in, nothing is written. A KeyStore keeps a schedule.
//
// A key goes through four states and never back:
//
//   next      published and verifies already, so that everybody knows it before it signs
//   active    signs; begins at an instant that may lie ahead, and ends when a later key's begins
//   retiring  signs no more, still verifies what it signed; so does a key that never signs at all
//   retired   verifies nothing, is not published, and its key is gone
//
// The states follow from the instants and the clock alone: nodes that share the keys change over by
// themselves, and a change of keys is one key written, so that it is whole or not at all.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/clock.hpp>
#include <restjwt/jose/algorithm.hpp>
#include <restjwt/jose/jwk.hpp>
#include <restjwt/json.hpp>
#include <restjwt/result.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::auth {

enum class KeyState { next, active, retiring, retired };
/// "next", "active", …
std::string_view name(KeyState state) noexcept;

struct ScheduledKey {
  std::string kid{};  ///< unique in its schedule
  jose::Algorithm algorithm = jose::Algorithm::ES256;
  /// Nothing once retired, and only then. Public: it only verifies (it was imported so) and never
  /// signs.
  std::optional<jose::Jwk> key{};
  TimePoint published{};
  /// When it begins to sign; nothing while nobody has decided.
  std::optional<TimePoint> active{};
  std::optional<TimePoint> retired{};
  /// The longest life of a token, as the settings had it when it was to begin to sign.
  std::chrono::seconds longest_life{0};
};

/// From 1 to 256 bytes of UTF-8: a kid stands in every token.
bool can_be_kid(std::string_view text) noexcept;

/// A schedule remembers that many retired keys; when one more is retired, it forgets the one that
/// was retired first.
inline constexpr std::size_t most_retired_keys = 100;

enum class KeyScheduleErrc {
  unknown_kid = 1,      ///< there is no key of that name
  taken_kid,            ///< there is one already
  unusable_kid,         ///< see can_be_kid()
  not_yet_published,    ///< the next key has not been published for long enough
  still_signing,        ///< an active key cannot be retired; rotate first
  tokens_live,          ///< unexpired tokens of that key can exist
  nothing_to_sign_with  ///< no key would be left that signs
};
std::error_code make_error_code(KeyScheduleErrc) noexcept;

/// Why a change is refused, and from when on it will not be; nothing where time does not help.
struct KeyRefusal {
  std::error_code code;
  std::string kid{};
  std::optional<TimePoint> until{};
};

/// What changes have to observe.
struct RotationRules {
  /// How long a key is published before it signs: longer than anybody caches the key set.
  std::chrono::seconds publication_period = std::chrono::hours{24};
  /// The longest life of a token under the present settings: leeway included, and the time in which
  /// every node has learned of a change and its clock has reached it. Nothing: tokens do not
  /// expire, so a key that has signed is never free of them.
  std::optional<std::chrono::seconds> longest_life{};
};

class KeySchedule {
 public:
  KeySchedule() = default;
  /// Kids are unique and not empty, and each key is as ScheduledKey says; std::invalid_argument
  /// otherwise.
  explicit KeySchedule(std::vector<ScheduledKey> keys);

  /// In the order in which they were published.
  const std::vector<ScheduledKey>& keys() const noexcept { return keys_; }
  const ScheduledKey* find(std::string_view kid) const noexcept;
  bool empty() const noexcept { return keys_.empty(); }

  KeyState state(const ScheduledKey& key, TimePoint now) const;
  /// When the key stopped or will stop to sign, as far as it is decided.
  std::optional<TimePoint> retiring_since(const ScheduledKey& key) const;
  /// From this instant on no unexpired token of the key can exist; nothing while it signs or may
  /// still begin to, where tokens do not expire, and for a key whose tokens others made.
  std::optional<TimePoint> free_from(const ScheduledKey& key, const RotationRules& rules) const;
  /// The key that signs at that instant: the one that began last, which of two with the same
  /// instant is the one published later. Where that one is retired, and where none has begun, the
  /// clock here is behind that of whoever changed the keys: then it is the one that begins next.
  /// Null pointer where there is none.
  const ScheduledKey* signing(TimePoint now) const noexcept;

  /// The changes. Each gives the schedule as it is afterwards, or why not. A key without a kid goes
  /// by its thumbprint; one that cannot be used for the algorithm is refused with its
  /// jose::KeyErrc, and so is a key from `make`, which must name its algorithm.
  using Changed = Result<KeySchedule, KeyRefusal>;
  /// Takes in a new private key. The first key that can sign is active at once; a later one is next
  /// and waits for rotate(). Errors: taken_kid, jose::KeyErrc::no_private_part.
  Changed add(jose::Jwk key, jose::Algorithm algorithm, TimePoint now,
              const RotationRules& rules) const;
  /// Takes in a key that verifies and never signs, as another issuer's, or one's own from before;
  /// of a private key the public part. A secret has none: jose::KeyErrc::wrong_type.
  Changed add_verifying(jose::Jwk key, jose::Algorithm algorithm, TimePoint now) const;
  /// The next key becomes active, now; of several the one published first. Where there is none,
  /// `make` gives one, which is published now and begins to sign by itself after the publication
  /// period, or at once where no key signs. Error: not_yet_published, with the instant from which
  /// on it may, or at which it will by itself.
  Changed rotate(TimePoint now, const RotationRules& rules,
                 const std::function<jose::Jwk()>& make) const;
  /// Ends a key for good: one that is next or only verifies at any time, one that signed when it is
  /// free of tokens. Errors: unknown_kid, still_signing, tokens_live.
  Changed retire(std::string_view kid, TimePoint now, const RotationRules& rules) const;
  /// Ends a key that somebody else may have, whatever is signed with it: its tokens are refused
  /// from now on. Where it was active, the next key signs at once, or the one that `make` gives.
  /// Errors: unknown_kid; nothing_to_sign_with where `make` is needed and empty.
  Changed retire_compromised(std::string_view kid, TimePoint now, const RotationRules& rules,
                             const std::function<jose::Jwk()>& make) const;

 private:
  std::vector<ScheduledKey> keys_{};
};

/// The keys that are not retired; jose::public_jwk_set() of them is what is published.
std::vector<jose::Jwk> living_keys(const KeySchedule& schedule);

/// A key with its instants, as it is stored: its JWK, private members included, with the member
/// "restjwt": {"published": "2026-11-24T12:00:00Z", "active": …, "retired": …, "longest_life":
/// seconds}. Of a retired key only kid and alg are left.
Secret stored_key(const ScheduledKey& key);
/// The reason when it is not such text. It never holds any of it.
Result<ScheduledKey, std::string> read_stored_key(const Secret& text);

/// Where a schedule is kept (include/restjwt/storage/key_files.hpp).
class KeyStore {
 public:
  virtual ~KeyStore() = default;
  /// Throws StoreError naming the file and the reason.
  virtual KeySchedule load() = 0;
  /// Writes what `change` makes of the schedule; no other process changes it in between. Nothing is
  /// written when `change` refuses. A schedule is whole on disk before and after, also when the
  /// machine stops in the middle. Throws StoreError.
  virtual KeySchedule::Changed change(
      const std::function<KeySchedule::Changed(const KeySchedule&)>& change) = 0;
  /// Changes whenever the stored keys may have; cheap. Throws StoreError.
  virtual std::string version() = 0;
};

}  // namespace restjwt::auth

template <>
struct std::is_error_code_enum<restjwt::auth::KeyScheduleErrc> : std::true_type {};
