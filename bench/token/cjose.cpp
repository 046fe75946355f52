// cjose: signatures only. Its users read the payload with jansson, which it is built on, and check
// "alg" and "exp".

#include <cstdlib>
#include <cstring>
#include <ctime>

#include <cjose/cjose.h>
#include <jansson.h>

#include "token/contender.hpp"

namespace bench {
namespace {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using Jws = std::unique_ptr<cjose_jws_t, Release<cjose_jws_release>>;
using JwkKey = std::unique_ptr<cjose_jwk_t, Release<cjose_jwk_release>>;
using Header = std::unique_ptr<cjose_header_t, Release<cjose_header_release>>;
using JsonValue = std::unique_ptr<json_t, Release<json_decref>>;
using Text = std::unique_ptr<char, Release<std::free>>;

class Cjose : public Contender {
 public:
  explicit Cjose(const Material& material)
      : algorithm_(material.algorithm),
        key_(cjose_jwk_import(material.jwk.data(), material.jwk.size(), &error_)),
        header_(cjose_header_new(&error_)),
        claims_(json_loads(to_text(material.claims).c_str(), 0, nullptr)) {
    if (!key_ || !header_ || !claims_ ||
        !cjose_header_set(header_.get(), CJOSE_HDR_ALG, algorithm_.c_str(), &error_) ||
        !cjose_header_set(header_.get(), "typ", "JWT", &error_))
      throw Refused();
  }

  void verify(const std::string& token) override {
    const Jws jws(cjose_jws_import(token.data(), token.size(), &error_));
    if (!jws) throw Refused();
    const char* alg = cjose_header_get(cjose_jws_get_protected(jws.get()), CJOSE_HDR_ALG, &error_);
    if (alg == nullptr || alg != algorithm_ || !cjose_jws_verify(jws.get(), key_.get(), &error_))
      throw Refused();
    std::uint8_t* payload = nullptr;
    std::size_t size = 0;
    if (!cjose_jws_get_plaintext(jws.get(), &payload, &size, &error_)) throw Refused();
    const JsonValue claims(json_loadb(reinterpret_cast<char*>(payload), size, 0, nullptr));
    if (json_integer_value(json_object_get(claims.get(), "exp")) <= std::time(nullptr))
      throw Refused();
  }

  std::string_view sign() override {
    const Text payload(json_dumps(claims_.get(), JSON_COMPACT));
    made_.reset(cjose_jws_sign(key_.get(), header_.get(),
                               reinterpret_cast<const std::uint8_t*>(payload.get()),
                               std::strlen(payload.get()), &error_));
    const char* token = nullptr;
    if (!made_ || !cjose_jws_export(made_.get(), &token, &error_)) throw Refused();
    return token;
  }

 private:
  cjose_err error_{};
  std::string algorithm_;
  JwkKey key_;
  Header header_;
  JsonValue claims_;
  Jws made_{};
};

}  // namespace

std::unique_ptr<Contender> make_cjose(const Material& material) {
  if (material.algorithm == "EdDSA") return nullptr;
  return std::make_unique<Cjose>(material);
}

}  // namespace bench
