// What a file in DER begins with. It is not read here, only recognized.

#include <cstddef>
#include <optional>
#include <string_view>

#include <restjwt/auth/settings.hpp>

namespace restjwt::auth {
namespace {

constexpr unsigned char integer = 0x02, sequence = 0x30;

struct Element {
  unsigned char tag;
  std::size_t start;  ///< of its content
  std::size_t size;   ///< of its content
};

/// X.690 §8.1.2, §8.1.3; definite lengths only, as DER wants it (§10.1).
std::optional<Element> element_at(std::string_view der, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(der[i]); };
  if (at + 2 > der.size()) return std::nullopt;
  Element element{.tag = byte(at), .start = at + 2, .size = byte(at + 1)};
  if (element.size < 0x80) return element;
  const std::size_t octets = element.size & 0x7f;
  if (octets == 0 || octets > 4 || element.start + octets > der.size()) return std::nullopt;
  element.size = 0;
  for (std::size_t i = 0; i < octets; ++i) element.size = element.size << 8 | byte(at + 2 + i);
  element.start += octets;
  return element;
}

}  // namespace

bool is_der(const Secret& secret) noexcept {
  const auto der = secret.reveal();
  const auto outer = element_at(der, 0);
  if (!outer || outer->tag != sequence) return false;
  // Reading a secret file drops one line feed at its end, which may have been the last byte.
  const std::size_t end = outer->start + outer->size;
  if (end != der.size() && end != der.size() + 1) return false;
  // A private key begins with its version; a public one, a certificate and an encrypted one with
  // another sequence.
  const auto inner = element_at(der, outer->start);
  return inner && (inner->tag == integer || inner->tag == sequence) &&
         inner->start + inner->size <= der.size();
}

}  // namespace restjwt::auth
