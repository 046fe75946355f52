// RFC 7638, with the members RFC 8037 §2 demands of OKP keys.
#include <algorithm>
#include <array>
#include <stdexcept>

#include <openssl/evp.h>

#include <restjwt/jose/base64url.hpp>

#include "jose/jwk.hpp"

namespace restjwt::jose {
namespace {

/// The required members in the order of their names, without blanks (RFC 7638 §3.3). Made from the
/// key itself, so that it is the same however the key was spelled.
Secret canonical_form(const KeyMaterial& material) {
  if (const auto* key = std::get_if<CheckedKey>(&material)) {
    Json::Object members = public_members(*key);
    std::ranges::sort(members, {}, &Json::Member::first);
    return Secret::take(to_text(Json(std::move(members))));
  }
  const PrivateMembers members = private_members(material);
  const std::string_view k = members.front().second.reveal();
  std::string text;
  text.reserve(k.size() + 32);
  text.append(R"({"k":")").append(k).append(R"(","kty":"oct"})");
  return Secret::take(std::move(text));
}

}  // namespace

std::string Jwk::thumbprint() const {
  const Secret text = canonical_form(impl_->material);
  std::array<char, 32> hash;
  if (EVP_Digest(text.reveal().data(), text.size(), reinterpret_cast<unsigned char*>(hash.data()),
                 nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL could not hash");
  }
  return base64url_encode({hash.data(), hash.size()});
}

}  // namespace restjwt::jose
