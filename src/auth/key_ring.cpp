#include "auth/key_ring.hpp"

#include <algorithm>

namespace restjwt::auth {
namespace {

using jose::Algorithm;
using jose::SigningKey;
using jose::VerificationKey;

bool is_hmac(Algorithm algorithm) { return jose::family(algorithm) == jose::Family::hmac; }

class Reader {
 public:
  Reader(const Settings& settings, std::vector<SettingsProblem>& problems)
      : settings_(settings), problems_(problems) {}

  KeyRing read() {
    if (settings_.algorithms.empty()) {
      refuse("JWT_ALGORITHM", "there is none; tokens cannot be signed");
      return {};
    }
    refuse_known_secrets();
    refuse_unused();
    for (const Algorithm algorithm : settings_.algorithms)
      is_hmac(algorithm) ? read_secrets(algorithm) : read_key_pair(algorithm);
    return std::move(ring_);
  }

 private:
  void refuse(std::string_view setting, std::string reason) {
    problems_.push_back({std::string(setting), std::move(reason)});
  }

  /// `entry` is named where there are several.
  void refuse(std::string_view setting, const Keys& keys, const Keys::Entry& entry,
              std::string reason) {
    if (keys.entries().size() > 1) {
      const auto number = &entry - keys.entries().data() + 1;
      reason = (entry.kid.empty() ? "key number " + std::to_string(number) : "key " + entry.kid) +
               ": " + reason;
    }
    refuse(setting, std::move(reason));
  }

  void refuse_known_secrets() {
    for (const auto& entry : settings_.secret_key.entries())
      if (is_known_secret(entry.text))
        refuse("JWT_SECRET_KEY", settings_.secret_key, entry,
               "this secret is publicly known; make a new one, such as: openssl rand -hex 32");
  }

  /// A key that nothing uses is a misunderstanding that would cost somebody an evening.
  void refuse_unused() {
    if (!std::ranges::all_of(settings_.algorithms, is_hmac)) return;
    for (const auto& [name, keys] : {std::pair{"JWT_PRIVATE_KEY", &settings_.private_key},
                                     std::pair{"JWT_PUBLIC_KEY", &settings_.public_key}})
      if (!keys->empty())
        refuse(name,
               "is not used: JWT_ALGORITHM names only HS algorithms, whose key is "
               "JWT_SECRET_KEY");
  }

  bool signs_with(Algorithm algorithm) const { return settings_.algorithms.front() == algorithm; }

  void read_secrets(Algorithm algorithm) {
    const Keys& keys = settings_.secret_key;
    if (keys.empty()) {
      if (!std::exchange(secret_missed_, true))
        refuse("JWT_SECRET_KEY", "there is none; tokens cannot be signed without a secret");
      return;
    }
    const jose::KeyPolicy policy{.allow_short_secret = settings_.allow_short_secret};
    for (const auto& entry : keys.entries()) {
      if (is_known_secret(entry.text)) continue;  // said already
      const auto key = SigningKey::from_secret(entry.text, algorithm, policy);
      if (!key) {
        refuse("JWT_SECRET_KEY", keys, entry, why(key.error(), algorithm, entry.text));
        continue;
      }
      ring_.verification.push_back(key->verification_key().with_kid(entry.kid));
      if (signs_with(algorithm) && &entry == &keys.entries().front())
        ring_.signing = key->with_kid(entry.kid);
    }
  }

  static std::string why(std::error_code error, Algorithm algorithm, const Secret& secret) {
    std::string reason = error.message();
    if (error == jose::KeyErrc::too_short)
      reason += "; " + std::string(name(algorithm)) + " needs " +
                std::to_string(jose::hash_size(algorithm)) +
                " bytes (RFC 7518 section 3.2), this has " + std::to_string(secret.size()) +
                "; allow_short_secret = true takes it all the same";
    return reason;
  }

  void read_key_pair(Algorithm algorithm) {
    // 1.0.1 had one setting for all keys.
    const bool old = settings_.profile == Profile::v1_0_1 && settings_.private_key.empty();
    const Keys& keys = old ? settings_.secret_key : settings_.private_key;
    const std::string_view setting = old ? "JWT_SECRET_KEY" : "JWT_PRIVATE_KEY";
    if (keys.empty() && signs_with(algorithm))
      return refuse(setting, "there is none; " + std::string(name(algorithm)) +
                                 " signs with a private key in PEM");
    if (keys.entries().size() > 1)
      return refuse(setting,
                    "holds several keys; one signs, the others belong into "
                    "JWT_PUBLIC_KEY");
    std::optional<SigningKey> signing;
    for (const auto& entry : keys.entries()) {
      auto key = SigningKey::from_pem(entry.text, algorithm);
      if (!key) return refuse(setting, key.error().message());
      signing = key->with_kid(entry.kid);
    }
    read_public_keys(algorithm, signing);
    if (signing && signs_with(algorithm)) ring_.signing = signing;
  }

  void read_public_keys(Algorithm algorithm, const std::optional<SigningKey>& signing) {
    const Keys& keys = settings_.public_key;
    if (keys.empty() && signing) ring_.verification.push_back(signing->verification_key());
    if (keys.empty() && !signing)
      return refuse("JWT_PUBLIC_KEY",
                    "there is none, which " + std::string(name(algorithm)) + " needs to verify");
    const auto first = ring_.verification.size();
    for (const auto& entry : keys.entries()) {
      auto key = VerificationKey::from_pem(entry.text.reveal(), algorithm);
      if (!key) refuse("JWT_PUBLIC_KEY", keys, entry, key.error().message());
      else ring_.verification.push_back(key->with_kid(entry.kid));
    }
    if (!keys.empty() && signing && !verifies_own(*signing, first))
      refuse("JWT_PUBLIC_KEY", "holds no key that verifies what JWT_PRIVATE_KEY signs");
  }

  /// Whether one of the keys from `first` on verifies what `signing` signs, under the same kid.
  bool verifies_own(const SigningKey& signing, std::size_t first) const {
    constexpr std::string_view probe = "probe";
    const auto signature = signing.sign(probe);
    return std::any_of(ring_.verification.begin() + static_cast<std::ptrdiff_t>(first),
                       ring_.verification.end(), [&](const VerificationKey& key) {
                         const bool named = !signing.kid().empty() && !key.kid().empty();
                         return (!named || key.kid() == signing.kid()) &&
                                key.verify(probe, signature);
                       });
  }

  const Settings& settings_;
  std::vector<SettingsProblem>& problems_;
  KeyRing ring_{};
  bool secret_missed_ = false;
};

}  // namespace

KeyRing read_keys(const Settings& settings, std::vector<SettingsProblem>& problems) {
  return Reader(settings, problems).read();
}

std::vector<jose::VerificationKey> verification_keys(const Settings& settings) {
  std::vector<SettingsProblem> unusable;
  return read_keys(settings, unusable).verification;
}

}  // namespace restjwt::auth
