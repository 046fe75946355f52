// cpp-jwt: reads a PEM key on every call; checks "exp" itself.

#include <array>
#include <cassert>

#include <jwt/jwt.hpp>

#include "token/contender.hpp"

namespace bench {
namespace {

class CppJwt : public Contender {
 public:
  explicit CppJwt(const Material& material)
      : algorithms_{material.algorithm},
        verification_key_(material.secret.empty() ? material.public_pem : material.secret),
        claims_(
            jwt::params::algorithm(material.algorithm),
            jwt::params::secret(material.secret.empty() ? material.private_pem : material.secret)) {
    for (const auto& [name, value] : material.claims.as_object()) {
      if (value.is_int()) claims_.add_claim(name, value.as_int());
      else claims_.add_claim(name, value.as_string());
    }
  }

  void verify(const std::string& token) override {
    std::error_code error;
    const auto seen = jwt::decode(token, jwt::params::algorithms(algorithms_), error,
                                  jwt::params::secret(verification_key_));
    if (error) throw Refused();
  }

  std::string_view sign() override { return token_ = claims_.signature(); }

 private:
  std::vector<std::string> algorithms_;
  std::string verification_key_;
  jwt::jwt_object claims_;
  std::string token_;
};

}  // namespace

std::unique_ptr<Contender> make_cpp_jwt(const Material& material) {
  if (material.algorithm == "EdDSA") return nullptr;
  return std::make_unique<CppJwt>(material);
}

}  // namespace bench
