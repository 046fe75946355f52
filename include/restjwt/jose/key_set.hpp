#pragma once
// The keys that may verify a token, and which of them does: by the token's "kid", and by its "alg"
// where it has none.

#include <cstddef>
#include <memory>
#include <vector>

#include <restjwt/jose/key.hpp>

namespace restjwt::jose {

/// Built once, then safe from many threads at once; copies share the keys. Looking a key up takes
/// as long among a thousand as among two.
class KeySet {
 public:
  /// No key at all: every token is refused as algorithm_not_allowed.
  KeySet();
  /// Builds the set anew each time: where many tokens are verified, keep it.
  KeySet(VerificationKey key);
  explicit KeySet(std::vector<VerificationKey> keys);

  const std::vector<VerificationKey>& keys() const noexcept;

  /// As many keys are tried for one token, at most, the first ones first: a stranger shall not make
  /// us try a thousand. Only tokens without a kid, and kids that several keys share, come near it.
  static constexpr std::size_t max_tries = 16;

  struct Index;
  class Identity;

 private:
  std::shared_ptr<const Index> index_;
  friend class KeySelection;
};

/// Which set it is: that of its copies and of no other, not even of one with the same keys or of
/// one made later at the same address. Does not keep the keys.
class KeySet::Identity {
 public:
  explicit Identity(const KeySet& keys) noexcept : index_(keys.index_) {}
  bool is_of(const KeySet& keys) const noexcept {
    return !index_.owner_before(keys.index_) && !keys.index_.owner_before(index_);
  }

 private:
  std::weak_ptr<const Index> index_;
};

}  // namespace restjwt::jose
