#include <restjwt/http/authentication.hpp>

#include <algorithm>

#include <restjwt/http/messages.hpp>

#include "http/cookies.hpp"
#include "http/words.hpp"

namespace restjwt::http {
namespace {

/// What the Authorization header says.
struct Credentials {
  std::optional<std::string> token{};
  std::string_view fault{};  ///< why the request is refused; empty: it is not
  bool blocks_cookies = false;
};

class JwtAuthentication final : public Authenticator {
 public:
  JwtAuthentication(auth::Service& service, ImpersonationSeen seen)
      : service_(service),
        seen_(std::move(seen)),
        table_(messages(service.settings().profile)),
        pairs_(service.pairs()),
        shares_scheme_(pairs_ &&
                       std::ranges::any_of(pairs_->settings().auth_header_types,
                                           [this](const auto& type) { return is_prefix(type); })) {}

  Identity authenticate(const Request& request, auth::Reach reach) const override {
    auto credentials =
        table_.profile == auth::Profile::drf_jwt ? two_words(request) : any_words(request);
    if (!credentials.fault.empty()) return Identity::refuse(credentials.fault);
    if (credentials.token && is_of_pair(*credentials.token)) return {};
    if (credentials.token) return identify(*std::move(credentials.token), reach);
    if (credentials.blocks_cookies) return {};

    const auto& cookies = service_.settings().cookies;
    if (auto token = cookie(request, cookies.impersonation); token && !token->empty()) {
      Identity identity = identify_by_cookie(*std::move(token), reach);
      if (seen_ && identity.kind == Identity::Kind::user) seen_(request, *identity.user);
      return identity;
    }
    if (auto token = cookie(request, cookies.auth))
      return identify_by_cookie(*std::move(token), reach);
    return {};
  }

  std::string challenge() const override {
    return service_.settings().auth_header_prefix + " realm=\"api\"";
  }

 private:
  bool is_prefix(std::string_view word) const {
    return same_name(word, service_.settings().auth_header_prefix);
  }

  Credentials any_words(const Request& request) const {
    const auto header = request.headers.joined("Authorization");
    if (!header) return {};
    const auto parts = words(*header);
    if (parts.empty()) return {};
    // Another scheme is another authenticator's business.
    if (!is_prefix(parts[0])) return {.blocks_cookies = true};
    if (parts.size() == 1) return {.fault = table_.header_without_credentials};
    if (parts.size() > 2) return {.fault = table_.header_with_spaces};
    return {.token = std::string(parts[1])};
  }

  /// drf-jwt's way: two words parted by one space, or as if there were no header.
  Credentials two_words(const Request& request) const {
    const auto header = request.headers.joined("Authorization").value_or("");
    const auto space = header.find(' ');
    if (space == header.npos || header.find(' ', space + 1) != header.npos) return {};
    const auto scheme = std::string_view(header).substr(0, space);
    if (!is_prefix(scheme)) return {.blocks_cookies = true};
    return {.token = header.substr(space + 1)};
  }

  /// Another authenticator's business, where both have one scheme.
  bool is_of_pair(std::string_view token) const { return shares_scheme_ && pairs_->claims(token); }

  static std::optional<std::string> cookie(const Request& request, const std::string& name) {
    return name.empty() ? std::nullopt : find_cookie(request, name);
  }

  Identity identify(std::string token, auth::Reach reach) const {
    auto user = service_.authenticate(token, reach);
    if (user) return Identity::of(*std::move(user), std::move(token));
    if (user.error() == auth::AuthErrc::needs_store) return {.kind = Identity::Kind::needs_store};
    auto refusal = Identity::refuse(sentence(table_, user.error(), Door::authentication));
    refusal.forbidden = user.error() == auth::AuthErrc::token_revoked &&
                        table_.profile == auth::Profile::drf_jwt;  // BEHAVIOUR.md §4.4
    return refusal;
  }

  Identity identify_by_cookie(std::string token, auth::Reach reach) const {
    Identity identity = identify(std::move(token), reach);
    identity.by_cookie = true;
    return identity;
  }

  auth::Service& service_;
  ImpersonationSeen seen_;
  const Messages& table_;
  std::optional<auth::Pairs> pairs_;
  bool shares_scheme_;
};

}  // namespace

Identity Identity::of(auth::UserPtr user, std::string token) {
  return {.kind = Kind::user, .user = std::move(user), .token = std::move(token)};
}

Identity Identity::refuse(std::string_view detail) {
  return {.kind = Kind::refused, .detail = std::string(detail)};
}

std::vector<std::shared_ptr<const Authenticator>> all_authentication(auth::Service& service,
                                                                     ImpersonationSeen seen) {
  std::vector<std::shared_ptr<const Authenticator>> all{
      jwt_authentication(service, std::move(seen))};
  if (service.pairs()) all.push_back(pair_authentication(service));
  return all;
}

std::shared_ptr<const Authenticator> jwt_authentication(auth::Service& service,
                                                        ImpersonationSeen seen) {
  return std::make_shared<JwtAuthentication>(service, std::move(seen));
}

}  // namespace restjwt::http
