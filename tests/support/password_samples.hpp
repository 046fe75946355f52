#pragma once
// Hashes for tests. The four below were made by make_password() and taken for right by
// Django 3.2.25 with argon2-cffi 21.1.0.

#include <string>
#include <string_view>

namespace restjwt::test {

inline constexpr std::string_view argon2_of_abc123 =
    "argon2$argon2id$v=19$m=19456,t=2,p=1$SUE1cWcwU3JyMGFNcElCeW5IMXNiTQ$abva3TYCsKsyvzywzRiob5vnK/"
    "0HvumiVcXclK6ucrc";
inline constexpr std::string_view pbkdf2_of_abc123 =
    "pbkdf2_sha256$600000$AliviLNuWfSZl6TCAuRMb2$97O7alQoLqhhC1R6Eg+Njz2itIslXXMdw4ItJf0J/DY=";
inline constexpr std::string_view argon2_of_utf8 =
    "argon2$argon2id$v=19$m=19456,t=2,p=1$RFBERHFueFRHNkxNc05VbjVuVWdNSg$"
    "id0mYZs2vh2om8HEN3UKIOVtSjseLGksfGoQlzIAlgU";
inline constexpr std::string_view argon2_of_nothing =
    "argon2$argon2id$v=19$m=19456,t=2,p=1$Q09IVWRKazNPQXRSaFlaT2JDTzAwbA$nnUQJ9b4XpxUjqdms2yagEEX/"
    "dB68RCb20sbjuLCJys";

/// The front of an encoded text, made whole with something of the right form.
inline std::string with_hash32(const std::string& front) {
  return front + "$PwwXieMbmDT5UH4ze+supzqZA1Yq+Njgd4nm9JAo/uY=";
}
inline std::string with_hash64(const std::string& front) {
  return front +
         "$EGPYr7B5FoIOFWungJqMahqGlINAakxR6YneijqPOnuw9zOiMXjxKO+LdpjF5ISW9g0+3kAeUkvcl7Jp6dBltQ="
         "=";
}
inline std::string with_argon2(const std::string& front) {
  return front + "$c2FsdHNhbHQ$YC9+jJCrQhs5R6db7LlN8Q";
}
inline std::string with_bcrypt(const std::string& front) {
  return front + "$Y/vElN0rVE9gelgzqkG5c.VUekusQCUMMfub8Rzy.paa8.syXoIPW";
}

}  // namespace restjwt::test
