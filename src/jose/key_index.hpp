#pragma once
// How decode() finds the keys to try for a token (the rules are told at decode()).

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <vector>

#include <restjwt/jose/key_set.hpp>
#include <restjwt/jose/validation.hpp>

namespace restjwt::jose {

/// What a header can say in "alg": the name of each algorithm, and "EdDSA".
inline constexpr std::size_t header_alg_count = all_algorithms.size() + 1;
/// Its number, below header_alg_count.
std::optional<std::size_t> header_alg_numbered(std::string_view alg) noexcept;

/// What of a token's header decides about the key.
struct HeaderFacts {
  std::size_t alg = 0;       ///< a number of header_alg_numbered()
  std::string_view kid{};    ///< empty: none
  bool has_odd_kid = false;  ///< one that is no string
};

/// Lets a map from std::string be asked with a std::string_view.
struct TextHash : std::hash<std::string_view> {
  using is_transparent = void;
};

struct KeySet::Index {
  using Numbers = std::vector<std::uint32_t>;

  explicit Index(std::vector<VerificationKey> keys);
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  std::vector<VerificationKey> keys;
  std::array<bool, header_alg_count> served{};  ///< whether any key is for that "alg"
  std::array<Numbers, header_alg_count> nameless;
  std::array<Numbers, header_alg_count> named;  ///< the first max_tries
  std::unordered_map<std::string, Numbers, TextHash, std::equal_to<>> by_kid;
  std::unordered_map<std::string, HeaderFacts, TextHash, std::equal_to<>> known_headers;
};

/// The keys to try for one token, or why there are none. Views into the set.
class KeySelection {
 public:
  /// The facts of a header in one of the forms that tokens for these keys usually have, found by
  /// its encoded text, without decoding it; nothing when it has another.
  static std::optional<HeaderFacts> recognise(const KeySet& keys, std::string_view encoded_header);

  KeySelection(const KeySet& keys, const HeaderFacts& header, const Validation& rules);

  const std::error_code& refusal() const noexcept { return refusal_; }
  /// Whether one of them verifies; that one.
  const VerificationKey* verify(std::string_view signing_input, std::string_view signature) const;

 private:
  bool is_for_alg(std::uint32_t number) const;

  const KeySet::Index& index_;
  std::size_t alg_;
  std::error_code refusal_{};
  std::span<const std::uint32_t> named_{};
  std::span<const std::uint32_t> nameless_{};
};

}  // namespace restjwt::jose
