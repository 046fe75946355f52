#include "auth/jwe_cipher.hpp"

#include <memory>
#include <stdexcept>

#include <openssl/err.h>
#include <openssl/evp.h>

namespace restjwt::auth {
namespace {

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
using Cipher = std::unique_ptr<EVP_CIPHER, decltype(&EVP_CIPHER_free)>;

/// A refusal is an answer: it leaves nothing in the thread's queue of errors.
struct ErrorsForgotten {
  ErrorsForgotten() { ERR_set_mark(); }
  ~ErrorsForgotten() { ERR_pop_to_mark(); }
  ErrorsForgotten(const ErrorsForgotten&) = delete;
  ErrorsForgotten& operator=(const ErrorsForgotten&) = delete;
};

enum class Direction { open = 0, seal = 1 };

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
int size(std::string_view text) { return static_cast<int>(text.size()); }

[[noreturn]] void fail() { throw std::runtime_error("OpenSSL could not encrypt the keys"); }

Context start(const char* name, Direction direction, const Secret& key, const unsigned char* iv) {
  const Cipher cipher(EVP_CIPHER_fetch(nullptr, name, nullptr), EVP_CIPHER_free);
  Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  if (!cipher || !context || key.size() != aes_key_size) fail();
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  if (EVP_CipherInit_ex2(context.get(), cipher.get(), bytes(key.reveal()), iv, int(direction),
                         nullptr) != 1)
    fail();
  return context;
}

/// All of the text through the cipher but for what EVP_CipherFinal_ex() does. False: refused.
bool run(EVP_CIPHER_CTX& context, std::string_view in, std::string& out) {
  int written = 0;
  out.resize(in.size() + EVP_MAX_BLOCK_LENGTH);
  const bool ok = EVP_CipherUpdate(&context, bytes(out), &written, bytes(in), size(in)) == 1;
  out.resize(ok ? static_cast<std::size_t>(written) : 0);
  return ok;
}

bool finish(EVP_CIPHER_CTX& context) {
  unsigned char none[EVP_MAX_BLOCK_LENGTH];
  int written = 0;
  return EVP_CipherFinal_ex(&context, none, &written) == 1;
}

Context start_gcm(Direction direction, const Secret& key, std::string_view iv,
                  std::string_view associated) {
  if (iv.size() != gcm_iv_size) fail();  // OpenSSL's default length, and RFC 7518 §5.3's only one
  Context context = start("AES-256-GCM", direction, key, bytes(iv));
  int written = 0;
  if (EVP_CipherUpdate(context.get(), nullptr, &written, bytes(associated), size(associated)) != 1)
    fail();
  return context;
}

}  // namespace

Secret derive_key(const Secret& passphrase, std::string_view salt, unsigned rounds) {
  std::string key(aes_key_size, '\0');
  const auto text = passphrase.reveal();
  if (PKCS5_PBKDF2_HMAC(text.data(), size(text), bytes(salt), size(salt), int(rounds), EVP_sha512(),
                        size(key), bytes(key)) != 1)
    fail();
  return Secret::take(std::move(key));
}

std::string wrap_key(const Secret& wrapping, const Secret& key) {
  const Context context = start("AES-256-WRAP", Direction::seal, wrapping, nullptr);
  std::string wrapped;
  if (!run(*context, key.reveal(), wrapped)) fail();
  return wrapped;
}

std::optional<Secret> unwrap_key(const Secret& wrapping, std::string_view wrapped) {
  const ErrorsForgotten forgotten;
  const Context context = start("AES-256-WRAP", Direction::open, wrapping, nullptr);
  std::string key;
  if (!run(*context, wrapped, key)) return std::nullopt;
  return Secret::take(std::move(key));
}

Sealed gcm_seal(const Secret& key, std::string_view iv, std::string_view associated,
                const Secret& content) {
  const Context context = start_gcm(Direction::seal, key, iv, associated);
  Sealed sealed{.text = {}, .tag = std::string(gcm_tag_size, '\0')};
  if (!run(*context, content.reveal(), sealed.text) || !finish(*context) ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, size(sealed.tag),
                          bytes(sealed.tag)) != 1)
    fail();
  return sealed;
}

std::optional<Secret> gcm_open(const Secret& key, std::string_view iv, std::string_view associated,
                               const Sealed& sealed) {
  if (sealed.tag.size() != gcm_tag_size) return std::nullopt;  // a short tag is easy to guess
  const ErrorsForgotten forgotten;
  const Context context = start_gcm(Direction::open, key, iv, associated);
  std::string content;
  const bool read = run(*context, sealed.text, content);
  Secret opened = Secret::take(std::move(content));  // wiped where the tag does not fit
  std::string tag = sealed.tag;
  if (!read ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, size(tag), bytes(tag)) != 1 ||
      !finish(*context))
    return std::nullopt;
  return opened;
}

}  // namespace restjwt::auth
