// A stored password hash as somebody may have written it into the table. First line: the hash; the
// rest: the password.
#include <restjwt/auth/password.hpp>

#include <cstdint>
#include <string_view>

#include "auth/password_hash.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace restjwt::auth;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line_end = input.find('\n');
  const auto encoded = input.substr(0, line_end);
  const restjwt::Secret password(line_end == std::string_view::npos ? std::string_view()
                                                                    : input.substr(line_end + 1));

  const auto stored = read_stored_hash(encoded);
  if (is_usable(encoded) != stored.has_value()) __builtin_trap();
  if (password_cost(encoded).empty() == stored.has_value()) __builtin_trap();
  needs_upgrade(encoded, PasswordHasher{});
  // Dear hashes are right to be slow; here they would only keep the fuzzer from the next input.
  if (stored && stored->work > 16) return 0;
  if (check_password(password, encoded) && !stored) __builtin_trap();
  return 0;
}
