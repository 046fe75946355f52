#pragma once
// Text that must not leak: passwords, HMAC keys, private keys.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace restjwt {

/// Owns secret bytes, wipes them when it dies, has no operator<< and no comparison but a
/// constant-time one. Copies are separate and wipe themselves too. A moved-from Secret is empty.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view bytes);
  /// Takes the bytes over and wipes the string they came in.
  static Secret take(std::string&& bytes);

  Secret(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  /// The bytes themselves. The name is long so that a reviewer can search for it.
  std::string_view reveal() const noexcept { return {bytes_.get(), size_}; }

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

 private:
  std::unique_ptr<char[]> bytes_;  // never a std::string: its small buffer is copied unseen
  std::size_t size_ = 0;
};

/// Compares in a time that depends on the lengths only. The one comparison used for secrets,
/// signatures and hashes.
bool constant_time_equal(std::string_view a, std::string_view b) noexcept;

/// Overwrites the characters in a way the compiler keeps, then empties the string.
void wipe(std::string& text) noexcept;

}  // namespace restjwt
