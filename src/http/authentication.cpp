#include <restjwt/http/authentication.hpp>

#include <restjwt/http/messages.hpp>

namespace restjwt::http {
namespace {

/// The words of a header value, parted by any white space, as Python's split() does. Three are
/// enough to know that there are too many.
std::vector<std::string_view> words(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  std::vector<std::string_view> found;
  auto start = text.find_first_not_of(blanks);
  while (start != text.npos && found.size() < 3) {
    const auto end = text.find_first_of(blanks, start);
    found.push_back(text.substr(start, end - start));
    start = end == text.npos ? end : text.find_first_not_of(blanks, end);
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
