#include <restjwt/auth/revocation.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace restjwt::auth {
namespace {

constexpr std::array<std::string_view, 5> names{"token", "session", "user", "key", "everyone"};

}  // namespace

Revocation Revocation::of_token(Fingerprint id, std::optional<TimePoint> until) {
  return {.kind = Kind::token, .id = id, .until = until};
}

Revocation Revocation::of_session(Fingerprint id, std::optional<TimePoint> until) {
  return {.kind = Kind::session, .id = id, .until = until};
}

Revocation Revocation::of_user(UserId user, TimePoint not_before, std::optional<TimePoint> until) {
  return {.kind = Kind::user, .user = std::move(user), .not_before = not_before, .until = until};
}

Revocation Revocation::of_key(std::string kid, std::optional<TimePoint> until) {
  return {.kind = Kind::key, .kid = std::move(kid), .until = until};
}

Revocation Revocation::of_everyone(TimePoint not_before, std::optional<TimePoint> until) {
  return {.kind = Kind::everyone, .not_before = not_before, .until = until};
}

std::string_view name(Revocation::Kind kind) noexcept {
  return names[static_cast<std::size_t>(kind)];
}

std::optional<Revocation::Kind> revocation_kind(std::string_view name) noexcept {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Revocation::Kind>(found - names.begin());
}

}  // namespace restjwt::auth
