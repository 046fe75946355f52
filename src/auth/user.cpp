#include <restjwt/auth/user.hpp>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <new>

#include <utf8proc.h>

namespace restjwt::auth {
namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\n\v\f\r";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Python's int(text): blanks around it, a sign, leading zeros.
bool is_integer(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// uuid.UUID() reads it without dashes too, and one in 3 million UUIDs has no letter. As a number
/// it would be too large, or have 13 zeros in front.
bool may_be_uuid(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<UserId> from_text(const std::string& claim) {
  if (may_be_uuid(claim)) return UserId(claim);
  auto text = trim(claim);
  if (!is_integer(text)) return claim.empty() ? std::nullopt : std::optional(UserId(claim));
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} ? std::optional(UserId(number)) : std::nullopt;
}

/// Integral values only: a fraction in a primary key is a mistake, not a rounding.
std::optional<UserId> from_double(double claim) {
  constexpr double limit = 9223372036854775808.0;  // 2^63
  if (claim != std::floor(claim) || claim < -limit || claim >= limit) return std::nullopt;
  return UserId(static_cast<std::int64_t>(claim));
}

}  // namespace

std::optional<UserId> UserId::from_json(const Json& claim) {
  if (claim.is_int()) return UserId(claim.as_int());
  if (claim.is_double()) return from_double(claim.as_double());
  if (claim.is_bool()) return UserId(std::int64_t{claim.as_bool()});
  if (claim.is_string()) return from_text(claim.as_string());
  return std::nullopt;
}

std::optional<std::string> normalize_username(std::string_view username) {
  constexpr auto nfkc =
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
  utf8proc_uint8_t* buffer = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(username.data()),
                                 static_cast<utf8proc_ssize_t>(username.size()), &buffer, nfkc);
  if (size == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  if (size < 0) return std::nullopt;
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(buffer, std::free);
  return std::string(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(size));
}

std::string normalize_email(std::string_view email) {
  if (email.find('@') == std::string_view::npos) return std::string(email);
  const auto trimmed = trim(email);
  const auto domain = trimmed.rfind('@') + 1;
  std::string result(trimmed.substr(0, domain));

  auto rest = trimmed.substr(domain);
  while (!rest.empty()) {
    utf8proc_int32_t letter = 0;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(rest.data()),
                                       static_cast<utf8proc_ssize_t>(rest.size()), &letter);
    if (size <= 0) return result.append(rest);  // not UTF-8: not ours to judge
    utf8proc_uint8_t lower[4];
    const auto length = utf8proc_encode_char(utf8proc_tolower(letter), lower);
    result.append(reinterpret_cast<const char*>(lower), static_cast<std::size_t>(length));
    rest.remove_prefix(static_cast<std::size_t>(size));
  }
  return result;
}

}  // namespace restjwt::auth
