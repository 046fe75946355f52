// What no token library on top of OpenSSL can beat: its primitive alone on the same bytes, with the
// key, the fetched algorithm, the context and (ECDSA) the signature's DER form prepared.

#include <array>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>

#include <restjwt/jose/base64url.hpp>

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
template <class T, auto release>
using Handle = std::unique_ptr<T, Release<release>>;
using Mac = Handle<EVP_MAC, EVP_MAC_free>;
using MacContext = Handle<EVP_MAC_CTX, EVP_MAC_CTX_free>;
using Digest = Handle<EVP_MD, EVP_MD_free>;
using DigestContext = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;
using Key = Handle<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

void must(bool done) {
  if (!done) throw std::runtime_error("OpenSSL refused");
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view signing_input(const Material& material) {
  return std::string_view(material.token).substr(0, material.token.rfind('.'));
}

std::string signature_of(const Material& material) {
  return restjwt::jose::base64url_decode(
             std::string_view(material.token).substr(material.token.rfind('.') + 1))
      .value();
}

/// HMAC: a context that keeps its key is initialised again with none.
class MacLimit : public Contender {
 public:
  explicit MacLimit(const Material& material) : input_(signing_input(material)) {
    const Mac mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    context_.reset(EVP_MAC_CTX_new(mac.get()));
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0),
                                 OSSL_PARAM_construct_end()};
    must(EVP_MAC_init(context_.get(), bytes(material.secret), material.secret.size(), params) == 1);
  }

  void verify(const std::string&) override { compute(); }
  std::string_view sign() override {
    compute();
    return {};
  }

 private:
  void compute() {
    std::size_t size = 0;
    must(EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 &&
         EVP_MAC_update(context_.get(), bytes(input_), input_.size()) == 1 &&
         EVP_MAC_final(context_.get(), mac_.data(), &size, mac_.size()) == 1);
  }

  std::string input_;
  MacContext context_{};
  std::array<unsigned char, 32> mac_{};
};

Key read_key(const Material& material) {
  const Handle<BIO, BIO_free_all> file(
      BIO_new_mem_buf(material.private_pem.data(), static_cast<int>(material.private_pem.size())));
  Key key(PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr));
  must(key != nullptr);
  return key;
}

std::string der_of(std::string_view raw) {
  const Handle<ECDSA_SIG, ECDSA_SIG_free> pair(ECDSA_SIG_new());
  must(ECDSA_SIG_set0(pair.get(), BN_bin2bn(bytes(raw), 32, nullptr),
                      BN_bin2bn(bytes(raw) + 32, 32, nullptr)) == 1);
  std::string der(80, '\0');
  auto* to = reinterpret_cast<unsigned char*>(der.data());
  der.resize(static_cast<std::size_t>(i2d_ECDSA_SIG(pair.get(), &to)));
  return der;
}

/// RSA and ECDSA: the hash each time, then the raw operation on it.
class HashedLimit : public Contender {
 public:
  explicit HashedLimit(const Material& material)
      : key_(read_key(material)),
        input_(signing_input(material)),
        signature_(signature_of(material)) {
    if (EVP_PKEY_is_a(key_.get(), "EC")) signature_ = der_of(signature_);
    for (auto* context : {&verifying_, &signing_})
      context->reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
    must(EVP_PKEY_verify_init(verifying_.get()) == 1 &&
         EVP_PKEY_CTX_set_signature_md(verifying_.get(), md_.get()) == 1);
    must(EVP_PKEY_sign_init(signing_.get()) == 1 &&
         EVP_PKEY_CTX_set_signature_md(signing_.get(), md_.get()) == 1);
  }

  void verify(const std::string&) override {
    hash();
    must(EVP_PKEY_verify(verifying_.get(), bytes(signature_), signature_.size(), hash_.data(),
                         hash_.size()) == 1);
  }

  std::string_view sign() override {
    hash();
    std::size_t size = made_.size();
    must(EVP_PKEY_sign(signing_.get(), made_.data(), &size, hash_.data(), hash_.size()) == 1);
    return {};
  }

 private:
  void hash() {
    must(EVP_DigestInit_ex2(digest_.get(), md_.get(), nullptr) == 1 &&
         EVP_DigestUpdate(digest_.get(), input_.data(), input_.size()) == 1 &&
         EVP_DigestFinal_ex(digest_.get(), hash_.data(), nullptr) == 1);
  }

  Key key_;
  std::string input_, signature_;
  Digest md_{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  DigestContext digest_{EVP_MD_CTX_new()};
  KeyContext verifying_{}, signing_{};
  std::array<unsigned char, 32> hash_{};
  std::array<unsigned char, 512> made_{};
};

/// EdDSA: one call over the message, on a context that is used again and again.
class EdwardsLimit : public Contender {
 public:
  explicit EdwardsLimit(const Material& material)
      : key_(read_key(material)),
        input_(signing_input(material)),
        signature_(signature_of(material)) {
    must(EVP_DigestVerifyInit(verifying_.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
    must(EVP_DigestSignInit(signing_.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
  }

  void verify(const std::string&) override {
    must(EVP_DigestVerify(verifying_.get(), bytes(signature_), signature_.size(), bytes(input_),
                          input_.size()) == 1);
  }

  std::string_view sign() override {
    std::size_t size = made_.size();
    must(EVP_DigestSign(signing_.get(), made_.data(), &size, bytes(input_), input_.size()) == 1);
    return {};
  }

 private:
  Key key_;
  std::string input_, signature_;
  DigestContext verifying_{EVP_MD_CTX_new()}, signing_{EVP_MD_CTX_new()};
  std::array<unsigned char, 64> made_{};
};

}  // namespace

std::unique_ptr<Contender> make_limit(const Material& material) {
  if (material.algorithm == "HS256") return std::make_unique<MacLimit>(material);
  if (material.algorithm == "EdDSA") return std::make_unique<EdwardsLimit>(material);
  return std::make_unique<HashedLimit>(material);
}

}  // namespace bench
