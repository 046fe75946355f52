#include <restjwt/jose.hpp>

#include "token/contender.hpp"

namespace bench {
namespace {

using namespace restjwt;

jose::SigningKey signing_key(const Material& material) {
  if (!material.secret.empty())
    return jose::SigningKey::from_secret(Secret(material.secret), jose::Algorithm::HS256).value();
  const auto algorithm = material.algorithm == "RS256"   ? jose::Algorithm::RS256
                         : material.algorithm == "ES256" ? jose::Algorithm::ES256
                                                         : jose::Algorithm::Ed25519;
  return jose::SigningKey::from_pem(Secret(material.private_pem), algorithm).value();
}

class Ours : public Contender {
 public:
  explicit Ours(const Material& material)
      : key_(signing_key(material)),
        trusted_(key_.verification_key()),
        claims_(material.claims),
        now_(material.now) {}

  void verify(const std::string& token) override {
    if (!jose::decode(token, trusted_, rules_, now_)) throw Refused();
  }

  std::string_view sign() override { return token_ = jose::encode(claims_, key_); }

 private:
  jose::SigningKey key_;
  jose::KeySet trusted_;
  jose::Validation rules_{};
  Json claims_;
  TimePoint now_;
  std::string token_;
};

}  // namespace

std::unique_ptr<Contender> make_restjwt(const Material& material) {
  return std::make_unique<Ours>(material);
}

}  // namespace bench
