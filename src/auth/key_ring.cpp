#include "auth/key_ring.hpp"

#include <algorithm>
#include <set>

namespace restjwt::auth {
namespace {

using jose::Algorithm;
using jose::KeyErrc;
using jose::SigningKey;
using jose::VerificationKey;

class Reader {
 public:
  Reader(const Settings& settings, bool user_secret_keys, std::vector<SettingsProblem>& problems)
      : settings_(settings), user_secret_keys_(user_secret_keys), problems_(problems) {}

  KeyRing read() {
    if (settings_.algorithms.empty()) {
      refuse("JWT_ALGORITHM", "there is none; tokens cannot be signed");
      return {};
    }
    refuse_unused();
    if (has_any(jose::is_hmac) && !user_secret_keys_) read_secrets();
    if (has_any(std::not_fn(jose::is_hmac))) read_key_pairs();
    return std::move(ring_);
  }

 private:
  void refuse(std::string_view setting, std::string reason) {
    problems_.push_back({std::string(setting), std::move(reason)});
  }

  /// `entry` is named where there are several.
  void refuse(std::string_view setting, const Keys& keys, const Keys::Entry& entry,
              const std::string& reason) {
    const auto number = std::to_string(&entry - keys.entries().data() + 1);
    std::string which = entry.kid.empty() ? "key number " + number : "key " + entry.kid;
    refuse(setting, keys.entries().size() > 1 ? which + ": " + reason : reason);
  }

  template <class Predicate>
  bool has_any(Predicate predicate) const {
    return std::ranges::any_of(settings_.algorithms, predicate);
  }

  bool signs_with(Algorithm algorithm) const { return settings_.algorithms.front() == algorithm; }

  /// A key that nothing uses is a misunderstanding that would cost somebody an evening.
  void refuse_unused() {
    if (has_any(std::not_fn(jose::is_hmac))) return;
    for (const auto& [name, keys] : {std::pair{"JWT_PRIVATE_KEY", &settings_.private_key},
                                     std::pair{"JWT_PUBLIC_KEY", &settings_.public_key}})
      if (!keys->empty())
        refuse(name,
               "is not used: JWT_ALGORITHM names only HS algorithms, whose key is "
               "JWT_SECRET_KEY");
  }

  void read_secrets() {
    const Keys& keys = settings_.secret_key;
    if (keys.empty())
      return refuse("JWT_SECRET_KEY", "there is none; tokens cannot be signed without a secret");
    for (const auto& entry : keys.entries()) {
      if (is_known_secret(entry.text)) {
        refuse("JWT_SECRET_KEY", keys, entry,
               "this secret is publicly known; make a new one, such as: openssl rand -hex 32");
        continue;
      }
      for (const Algorithm algorithm : settings_.algorithms)
        if (jose::is_hmac(algorithm)) read_secret(entry, algorithm);
    }
  }

  void read_secret(const Keys::Entry& entry, Algorithm algorithm) {
    const auto key = SigningKey::from_secret(entry.text, algorithm,
                                             {.allow_short_secret = settings_.allow_short_secret});
    if (!key) {
      refuse("JWT_SECRET_KEY", settings_.secret_key, entry,
             why(key.error(), algorithm, entry.text));
      return;
    }
    ring_.verification.push_back(key->verification_key().with_kid(entry.kid));
    if (signs_with(algorithm) && &entry == &settings_.secret_key.entries().front())
      ring_.signing = key->with_kid(entry.kid);
  }

  static std::string why(std::error_code error, Algorithm algorithm, const Secret& secret) {
    std::string reason = error.message();
    if (error == KeyErrc::too_short)
      reason += "; " + std::string(name(algorithm)) + " needs " +
                std::to_string(jose::hash_size(algorithm)) +
                " bytes (RFC 7518 section 3.2), this has " + std::to_string(secret.size()) +
                "; allow_short_secret = true takes it all the same";
    return reason;
  }

  void read_key_pairs() {
    // 1.0.1 had one setting for all keys.
    const bool old = settings_.profile == Profile::v1_0_1 && settings_.private_key.empty();
    const Keys& keys = old ? settings_.secret_key : settings_.private_key;
    const std::string_view setting = old ? "JWT_SECRET_KEY" : "JWT_PRIVATE_KEY";
    const Algorithm first = settings_.algorithms.front();
    if (keys.entries().size() > 1)
      return refuse(setting,
                    "holds several keys; one signs, the others belong into "
                    "JWT_PUBLIC_KEY");
    if (keys.empty() && !jose::is_hmac(first))
      return refuse(setting, "there is none; " + std::string(name(first)) +
                                 " signs with a private key in PEM");
    if (!keys.empty() && !jose::is_hmac(first)) {
      const auto& entry = keys.entries().front();
      auto key = SigningKey::from_pem(entry.text, first);
      if (!key) return refuse(setting, key.error().message());
      ring_.signing = key->with_kid(entry.kid);
    }
    read_public_keys(settings_.public_key.empty() ? keys : settings_.public_key,
                     settings_.public_key.empty() ? setting : "JWT_PUBLIC_KEY");
    if (ring_.signing && !jose::is_hmac(first) && !verifies_own())
      refuse("JWT_PUBLIC_KEY", "holds no key that verifies what " + std::string(setting) +
                                   " signs" + (settings_.insist_on_kid ? " and names" : ""));
  }

  /// Each key for every algorithm it is made for; while keys are changed there are several kinds.
  void read_public_keys(const Keys& keys, std::string_view setting) {
    std::set<Algorithm> served;
    for (const auto& entry : keys.entries()) {
      std::error_code refusal = KeyErrc::wrong_type;
      for (const Algorithm algorithm : settings_.algorithms) {
        if (jose::is_hmac(algorithm)) continue;
        auto key = VerificationKey::from_pem(entry.text.reveal(), algorithm);
        if (key) {
          ring_.verification.push_back(key->with_kid(entry.kid));
          served.insert(algorithm);
          refusal = {};
        } else if (refusal == KeyErrc::wrong_type) {
          refusal = key.error();
        }
      }
      if (refusal) refuse(setting, keys, entry, refusal.message());
    }
    for (const Algorithm algorithm : settings_.algorithms)
      if (!jose::is_hmac(algorithm) && !served.contains(algorithm))
        refuse("JWT_PUBLIC_KEY", "there is none for " + std::string(name(algorithm)));
  }

  /// Whether a token we sign is one we take.
  bool verifies_own() const {
    constexpr std::string_view probe = "probe";
    const auto signature = ring_.signing->sign(probe);
    const auto& kid = ring_.signing->kid();
    return std::ranges::any_of(ring_.verification, [&](const VerificationKey& key) {
      const bool named =
          key.kid().empty() || (kid.empty() ? !settings_.insist_on_kid : key.kid() == kid);
      return named && key.algorithm() == ring_.signing->algorithm() && key.verify(probe, signature);
    });
  }

  const Settings& settings_;
  const bool user_secret_keys_;
  std::vector<SettingsProblem>& problems_;
  KeyRing ring_{};
};

}  // namespace

KeyRing read_key_ring(const Settings& settings, bool user_secret_keys,
                      std::vector<SettingsProblem>& problems) {
  return Reader(settings, user_secret_keys, problems).read();
}

std::vector<jose::VerificationKey> verification_keys(const Settings& settings) {
  std::vector<SettingsProblem> unusable;
  return read_key_ring(settings, false, unusable).verification;
}

}  // namespace restjwt::auth
