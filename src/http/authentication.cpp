#include <restjwt/http/authentication.hpp>

#include <algorithm>

#include <restjwt/http/messages.hpp>

namespace restjwt::http {
namespace {

// Python's split() on bytes. Compared one by one: a token is long, and std::string_view's search
// for any of a set calls memchr() for each of its characters.
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// The words of a header value, parted by white space. Three are enough to know that there are too
/// many.
std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  found.reserve(3);
  for (auto at = text.begin(); found.size() < 3;) {
    const auto start = std::find_if_not(at, text.end(), is_blank);
    if (start == text.end()) break;
    at = std::find_if(start, text.end(), is_blank);
    found.emplace_back(start, at);
  }
  return found;
}

class JwtAuthentication final : public Authenticator {
 public:
  explicit JwtAuthentication(auth::Service& service)
      : service_(service), table_(messages(service.settings().profile)) {}

  Identity authenticate(const Request& request, auth::Reach reach) const override {
    const auto header = request.headers.joined("Authorization");
    if (!header) return {};
    const auto parts = words(*header);
    // Another scheme is another authenticator's business.
    if (parts.empty() || !same_name(parts[0], service_.settings().auth_header_prefix)) return {};
    if (parts.size() == 1) return Identity::refuse(table_.header_without_credentials);
    if (parts.size() > 2) return Identity::refuse(table_.header_with_spaces);

    auto user = service_.authenticate(parts[1], reach);
    if (user) return Identity::of(*std::move(user), std::string(parts[1]));
    if (user.error() == auth::AuthErrc::needs_store) return {.kind = Identity::Kind::needs_store};
    return Identity::refuse(sentence(table_, user.error(), Door::authentication));
  }

  std::string challenge() const override {
    return service_.settings().auth_header_prefix + " realm=\"api\"";
  }

 private:
  auth::Service& service_;
  const Messages& table_;
};

}  // namespace

Identity Identity::of(auth::UserPtr user, std::string token) {
  return {.kind = Kind::user, .user = std::move(user), .token = std::move(token)};
}

Identity Identity::refuse(std::string_view detail) {
  return {.kind = Kind::refused, .detail = std::string(detail)};
}

std::shared_ptr<const Authenticator> jwt_authentication(auth::Service& service) {
  return std::make_shared<JwtAuthentication>(service);
}

}  // namespace restjwt::http
