#include <algorithm>
#include <ranges>
#include <string_view>

#include <embedded/known_secrets.hpp>

#include <restjwt/auth/settings.hpp>

#include "auth/password_digest.hpp"

namespace restjwt::auth {
namespace {

// A line of comment, then one digest a line, sorted; see script/known-secrets.
constexpr std::size_t digest_size = 64;
constexpr std::size_t line_size = digest_size + 1;
constexpr std::string_view file = embedded::known_secrets[0].text;
constexpr std::string_view lines = file.substr(file.find('\n') + 1);
static_assert(lines.size() % line_size == 0 && lines.ends_with('\n'));

std::string_view digest_at(std::size_t i) { return lines.substr(i * line_size, digest_size); }

}  // namespace

bool is_known_secret(const Secret& secret) {
  const auto digest = hex_digest("SHA256", {secret.reveal()});
  const auto all = std::views::iota(std::size_t{0}, lines.size() / line_size);
  const auto found = std::ranges::lower_bound(all, std::string_view(digest), {}, digest_at);
  return found != all.end() && digest_at(*found) == digest;
}

}  // namespace restjwt::auth
