#include <restjwt/auth/pairs.hpp>

#include <array>
#include <stdexcept>

#include <restjwt/jose/unverified.hpp>

#include "auth/pairs_impl.hpp"
#include "auth/sessions_impl.hpp"

namespace restjwt::auth {
namespace {

constexpr std::array refresh_only{TokenType::refresh};
constexpr std::array sliding_only{TokenType::sliding};
constexpr std::array any_type{TokenType::access, TokenType::refresh, TokenType::sliding};

}  // namespace

Result<TokenPair> Pairs::obtain(std::string_view username, const Secret& password,
                                const Client& client) {
  const auto issued = impl_.service.obtain(
      username, password, client,
      [this](const UserPtr& user, TimePoint now) { return impl_.issue_refresh(user, now); });
  if (!issued) return issued.error();
  impl_.note_login(*issued->grant.user, issued->grant.at);
  return impl_.pair_of(*issued);
}

Result<TokenPair> Pairs::refresh(std::string_view refresh_token, const Client& client) {
  const auto now = impl_.service.clock();
  auto known = impl_.know(refresh_token, refresh_only, now, Reach::store);
  if (!known && known.error() == jose::TokenErrc::expired)
    return impl_.limit_met(refresh_token, now);
  if (!known) return known.error();
  return impl_.exchange(*std::move(known), now, client);
}

std::error_code Pairs::blacklist(std::string_view token, const Client& client) {
  if (!impl_.service.sessions) throw std::logic_error("the Service keeps no sessions");
  const auto now = impl_.service.clock();
  const auto known = impl_.know(token, refresh_only, now, Reach::store);
  if (!known && known.error() == jose::TokenErrc::expired) return impl_.limit_met(token, now);
  if (!known) return known.error();
  return impl_.service.sessions->blacklist(impl_.redemption_of(*known, {}, now, client),
                                           *known->user);
}

Result<Grant> Pairs::obtain_sliding(std::string_view username, const Secret& password,
                                    const Client& client) {
  auto issued = impl_.service.obtain(
      username, password, client,
      [this](const UserPtr& user, TimePoint now) { return impl_.issue_sliding(user, now); });
  if (!issued) return issued.error();
  impl_.note_login(*issued->grant.user, issued->grant.at);
  return std::move(issued->grant);
}

Result<Grant> Pairs::refresh_sliding(std::string_view token, Reach reach) {
  const auto now = impl_.service.clock();
  auto known = impl_.know(token, sliding_only, now, reach);
  if (!known) return known.error();
  return impl_.slide(*std::move(known), now, reach);
}

Result<UserPtr> Pairs::verify(std::string_view token, Reach reach) {
  const auto now = impl_.service.clock();
  auto known = impl_.know(token, any_type, now, reach);
  if (!known) return known.error();
  if (known->in_store && impl_.service.sessions) {
    if (reach == Reach::memory) return AuthErrc::needs_store;
    const auto presented = impl_.redemption_of(*known, impl_.new_child(*known, now), now, {});
    if (!impl_.service.sessions->is_live(presented)) return AuthErrc::token_revoked;
  }
  return std::move(known->user);
}

Result<UserPtr> Pairs::authenticate(std::string_view token, Reach reach) {
  auto known = impl_.know_authenticating(token, impl_.service.clock(), reach);
  if (!known) return known.error();
  return std::move(known->user);
}

bool Pairs::claims(std::string_view token) const {
  const auto seen = jose::peek(token, impl_.dialect.max_token_length);
  return seen && impl_.are_of_pair(seen->claims);
}

TokenPair Pairs::issue(const User& user, const Client& client) {
  const auto issued = impl_.service.log_in(
      std::make_shared<const User>(user), "", {.name = "login", .client = client},
      [this](const UserPtr& who, TimePoint now) { return impl_.issue_refresh(who, now); });
  if (!issued) throw StoreError("the user is not active any more, or is gone");
  return impl_.pair_of(*issued);
}

const PairSettings& Pairs::settings() const noexcept { return impl_.settings; }

bool Pairs::slides() const noexcept {
  return impl_.settings.auth_token_classes.front() == PairSettings::TokenClass::sliding;
}

}  // namespace restjwt::auth
