#include "jose/signature.hpp"

#include <array>
#include <mutex>
#include <stdexcept>
#include <vector>

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "jose/ecdsa.hpp"
#include "jose/openssl_errors.hpp"
#include "jose/openssl_owned.hpp"

namespace restjwt::jose {
namespace {

using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Digest = Owned<EVP_MD, EVP_MD_free>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Digest fetch_digest(Algorithm algorithm) {
  switch (hash_size(algorithm)) {
    case 0:
      return nullptr;  // EdDSA takes the message itself
    case 32:
      return Digest(EVP_MD_fetch(nullptr, "SHA2-256", nullptr));
    case 48:
      return Digest(EVP_MD_fetch(nullptr, "SHA2-384", nullptr));
    default:
      return Digest(EVP_MD_fetch(nullptr, "SHA2-512", nullptr));
  }
}

/// PKCS #1 v1.5 is the padding of an RSA key unless another is asked for. For PSS, the salt is as
/// long as the hash (RFC 7518 §3.5); the hash of MGF1 is that of the message unless another is
/// asked for.
bool set_padding(EVP_PKEY_CTX* context, Algorithm algorithm) {
  return family(algorithm) != Family::rsa_pss ||
         (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
          EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
}

/// Bytes of r and of s: those of the curve's order.
std::size_t ecdsa_size(const EVP_PKEY& key) {
  return (static_cast<std::size_t>(EVP_PKEY_get_bits(&key)) + 7) / 8;
}

struct Hash {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned size = 0;
};

}  // namespace

/// What one thread needs at a time to verify or to sign. Which of the contexts there are depends on
/// the family: EdDSA signs the message, the others its hash.
struct Prepared {
  DigestContext digest{EVP_MD_CTX_new()};
  KeyContext key{};

  Hash hash(const EVP_MD* md, std::string_view message) const {
    Hash hash;
    if (EVP_DigestInit_ex(digest.get(), md, nullptr) != 1 ||
        EVP_DigestUpdate(digest.get(), message.data(), message.size()) != 1 ||
        EVP_DigestFinal_ex(digest.get(), hash.bytes.data(), &hash.size) != 1)
      throw std::runtime_error("OpenSSL could not hash");
    return hash;
  }
};

/// Contexts that have been used and wait to be used again; as many as there were threads at once.
class ContextPool {
 public:
  enum class Purpose { verify, sign };

  ContextPool(KeyPair pair, Algorithm algorithm, Purpose purpose)
      : pair_(std::move(pair)),
        algorithm_(algorithm),
        purpose_(purpose),
        md_(fetch_digest(algorithm)) {
    give_back(prepare());  // a key that cannot be used so is noticed now
  }

  const EVP_MD* md() const { return md_.get(); }

  /// A context on loan.
  class Loan {
   public:
    explicit Loan(ContextPool& pool) : pool_(pool), prepared_(pool.take()) {}
    ~Loan() { pool_.give_back(std::move(prepared_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    const Prepared* operator->() const { return prepared_.get(); }

   private:
    ContextPool& pool_;
    std::unique_ptr<Prepared> prepared_;
  };

 private:
  std::unique_ptr<Prepared> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!waiting_.empty()) {
        auto prepared = std::move(waiting_.back());
        waiting_.pop_back();
        return prepared;
      }
    }
    return prepare();
  }

  /// Where there is no memory to keep it in, it goes.
  void give_back(std::unique_ptr<Prepared> prepared) noexcept try {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(prepared));
  } catch (const std::bad_alloc&) {
  }

  std::unique_ptr<Prepared> prepare() const {
    auto prepared = std::make_unique<Prepared>();
    if (!prepared->digest) throw std::bad_alloc();
    const bool done =
        family(algorithm_) == Family::eddsa ? prepare_eddsa(*prepared) : prepare_hashed(*prepared);
    if (!done) throw std::runtime_error("OpenSSL cannot use the key for this algorithm");
    return prepared;
  }

  bool prepare_eddsa(Prepared& prepared) const {
    const auto init = purpose_ == Purpose::verify ? EVP_DigestVerifyInit : EVP_DigestSignInit;
    return init(prepared.digest.get(), nullptr, nullptr, nullptr, pair_.get()) == 1;
  }

  bool prepare_hashed(Prepared& prepared) const {
    prepared.key.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, pair_.get(), nullptr));
    const auto init = purpose_ == Purpose::verify ? EVP_PKEY_verify_init : EVP_PKEY_sign_init;
    return prepared.key && init(prepared.key.get()) == 1 &&
           EVP_PKEY_CTX_set_signature_md(prepared.key.get(), md_.get()) == 1 &&
           set_padding(prepared.key.get(), algorithm_);
  }

  KeyPair pair_;
  Algorithm algorithm_;
  Purpose purpose_;
  Digest md_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Prepared>> waiting_;
};

SignatureKey::SignatureKey(KeyPair pair, Algorithm algorithm, Role role)
    : algorithm_(algorithm),
      pair_(std::move(pair)),
      verifying_(std::make_unique<ContextPool>(pair_, algorithm, ContextPool::Purpose::verify)) {
  if (role == Role::signs_and_verifies)
    signing_ = std::make_unique<ContextPool>(pair_, algorithm, ContextPool::Purpose::sign);
}

SignatureKey::SignatureKey(SignatureKey&&) noexcept = default;
SignatureKey::~SignatureKey() = default;

bool SignatureKey::verify(std::string_view message, std::string_view signature) const {
  const OpensslErrorsForgotten forgotten;
  const ContextPool::Loan context(*verifying_);
  if (family(algorithm_) == Family::eddsa) {
    // From OpenSSL 3.2 on, a context that has verified has to be told to begin again.
    EVP_MD_CTX* digest = context->digest.get();
    return EVP_DigestVerifyInit(digest, nullptr, nullptr, nullptr, nullptr) == 1 &&
           EVP_DigestVerify(digest, bytes(signature), signature.size(), bytes(message),
                            message.size()) == 1;
  }
  const Hash hash = context->hash(verifying_->md(), message);
  if (family(algorithm_) != Family::ec) {
    return EVP_PKEY_verify(context->key.get(), bytes(signature), signature.size(),
                           hash.bytes.data(), hash.size) == 1;
  }
  const DerSignature der = ecdsa_der_from_raw(signature, ecdsa_size(*pair_));
  return der.size > 0 && EVP_PKEY_verify(context->key.get(), der.bytes.data(), der.size,
                                         hash.bytes.data(), hash.size) == 1;
}

std::string SignatureKey::sign(std::string_view message) const {
  const OpensslErrorsForgotten forgotten;
  const ContextPool::Loan context(*signing_);
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(pair_.get())), '\0');
  auto* to = reinterpret_cast<unsigned char*>(signature.data());
  std::size_t size = signature.size();
  bool done = false;
  if (family(algorithm_) == Family::eddsa) {
    EVP_MD_CTX* digest = context->digest.get();
    done = EVP_DigestSignInit(digest, nullptr, nullptr, nullptr, nullptr) == 1 &&
           EVP_DigestSign(digest, to, &size, bytes(message), message.size()) == 1;
  } else {
    const Hash hash = context->hash(signing_->md(), message);
    done = EVP_PKEY_sign(context->key.get(), to, &size, hash.bytes.data(), hash.size) == 1;
  }
  if (!done) throw std::runtime_error("OpenSSL could not sign");
  signature.resize(size);
  if (family(algorithm_) == Family::ec) return ecdsa_raw_from_der(signature, ecdsa_size(*pair_));
  return signature;
}

}  // namespace restjwt::jose
