// libjwt 1: reads a PEM key on every call and checks no claim, which its users do.

#include <cstdlib>
#include <ctime>

#include <jwt.h>

#include "token/contender.hpp"

namespace bench {
namespace {

class Libjwt : public Contender {
 public:
  explicit Libjwt(const Material& material)
      : algorithm_(jwt_str_alg(material.algorithm.c_str())),
        verification_key_(material.secret.empty() ? material.public_pem : material.secret) {
    const std::string& key = material.secret.empty() ? material.private_pem : material.secret;
    if (jwt_new(&claims_) != 0 ||
        jwt_add_grants_json(claims_, to_text(material.claims).c_str()) != 0 ||
        jwt_set_alg(claims_, algorithm_, bytes(key), static_cast<int>(key.size())) != 0)
      throw Refused();
  }
  ~Libjwt() override {
    std::free(token_);
    jwt_free(claims_);
  }
  Libjwt(const Libjwt&) = delete;
  Libjwt& operator=(const Libjwt&) = delete;

  void verify(const std::string& token) override {
    jwt_t* seen = nullptr;
    if (jwt_decode(&seen, token.c_str(), bytes(verification_key_),
                   static_cast<int>(verification_key_.size())) != 0)
      throw Refused();
    const bool good =
        jwt_get_alg(seen) == algorithm_ && jwt_get_grant_int(seen, "exp") > std::time(nullptr);
    jwt_free(seen);
    if (!good) throw Refused();
  }

  std::string_view sign() override {
    std::free(token_);
    token_ = jwt_encode_str(claims_);
    if (token_ == nullptr) throw Refused();
    return token_;
  }

 private:
  static const unsigned char* bytes(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  }

  jwt_alg_t algorithm_;
  std::string verification_key_;
  jwt_t* claims_ = nullptr;
  char* token_ = nullptr;
};

}  // namespace

std::unique_ptr<Contender> make_libjwt(const Material& material) {
  if (material.algorithm == "EdDSA") return nullptr;
  return std::make_unique<Libjwt>(material);
}

}  // namespace bench
