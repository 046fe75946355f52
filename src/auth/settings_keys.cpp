#include "auth/settings_keys.hpp"

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
  Reader(const Settings& settings, OtherKeys others, std::vector<SettingsProblem>& problems)
      : settings_(settings), others_(others), problems_(problems) {}

  SettingsKeys read() {
    if (others_.users_own && others_.take_turns)
      refuse("JWT_GET_USER_SECRET_KEY",
             "excludes keys that take turns: each user's own key would sign in their place");
    if (settings_.algorithms.empty()) {
      refuse("JWT_ALGORITHM", "there is none; tokens cannot be signed");
      return {};
    }
    refuse_unused();
    if (has_any(jose::is_hmac) && !others_.users_own) read_secrets();
    if (has_any(std::not_fn(jose::is_hmac))) read_key_pairs();
    return std::move(found_);
  }

  /// In place of read(): the same keys as JWKs.
  SettingsJwks read_jwks() {
    jwks_.emplace();
    (void)read();
    const auto signs = [&](const jose::Jwk& key) { return signs_with(*key.algorithm()); };
    std::ranges::stable_partition(jwks_->signing, signs);
    return *std::move(jwks_);
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
    if (keys.empty() && !others_.take_turns)
      return refuse("JWT_SECRET_KEY", "there is none; tokens cannot be signed without a secret");
    for (const auto& entry : keys.entries()) {
      if (is_known_secret(entry.text)) {
        refuse("JWT_SECRET_KEY", keys, entry,
               "this secret is publicly known; make a new one, such as: openssl rand -hex 32");
        continue;
      }
      if (is_der(entry.text)) {
        refuse("JWT_SECRET_KEY", keys, entry,
               "this is a key or certificate in DER (ASN.1) and no secret");
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
    found_.verifying.push_back(key->verification_key().with_kid(entry.kid));
    keep_signing(entry, algorithm);
    if (signs_with(algorithm) && &entry == &settings_.secret_key.entries().front())
      found_.signing = key->with_kid(entry.kid);
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
    if (keys.empty() && !jose::is_hmac(first) && !others_.take_turns)
      return refuse(setting, "there is none; " + std::string(name(first)) +
                                 " signs with a private key in PEM");
    if (!keys.empty() && !jose::is_hmac(first)) {
      const auto& entry = keys.entries().front();
      auto key = SigningKey::from_pem(entry.text, first, passphrase());
      if (!key) return refuse(setting, why(key.error()));
      found_.signing = key->with_kid(entry.kid);
      keep_signing(entry, first);
      if (settings_.fully_specified_algorithms)
        found_.signing = found_.signing->with_fully_specified_alg();
    }
    read_public_keys(settings_.public_key.empty() ? keys : settings_.public_key,
                     settings_.public_key.empty() ? setting : "JWT_PUBLIC_KEY");
    if (found_.signing && !jose::is_hmac(first) && !verifies_own() && !others_.take_turns)
      refuse("JWT_PUBLIC_KEY", "holds no key that verifies what " + std::string(setting) +
                                   " signs" + (settings_.insist_on_kid ? " and names" : ""));
  }

  /// Nobody to ask where there is no passphrase.
  jose::Passphrase passphrase() const {
    if (settings_.private_key_passphrase.empty()) return {};
    return [this] { return settings_.private_key_passphrase; };
  }

  static std::string why(std::error_code error) {
    return error.message() +
           (error == KeyErrc::encrypted ? "; set JWT_PRIVATE_KEY_PASSPHRASE_FILE" : "");
  }

  static bool is_certificate(const Keys::Entry& entry) {
    return entry.text.reveal().find("-----BEGIN CERTIFICATE-----") != std::string_view::npos;
  }

  Result<VerificationKey> read_public_key(const Keys::Entry& entry, Algorithm algorithm) const {
    return is_certificate(entry)
               ? VerificationKey::from_certificate(entry.text.reveal(), algorithm)
               : VerificationKey::from_pem(entry.text.reveal(), algorithm, passphrase());
  }

  /// Each key for every algorithm it is made for; while keys are changed there are several kinds.
  void read_public_keys(const Keys& keys, std::string_view setting) {
    std::set<Algorithm> served;
    for (const auto& entry : keys.entries()) {
      std::error_code refusal = KeyErrc::wrong_type;
      std::vector<Algorithm> fitting;
      for (const Algorithm algorithm : settings_.algorithms) {
        if (jose::is_hmac(algorithm)) continue;
        auto key = read_public_key(entry, algorithm);
        if (key) {
          found_.verifying.push_back(key->with_kid(entry.kid));
          fitting.push_back(algorithm);
          refusal = {};
        } else if (refusal == KeyErrc::wrong_type) {
          refusal = key.error();
        }
      }
      if (refusal) refuse(setting, keys, entry, why(refusal));
      else publish(entry, fitting);
      served.insert(fitting.begin(), fitting.end());
    }
    for (const Algorithm algorithm : settings_.algorithms)
      if (!jose::is_hmac(algorithm) && !served.contains(algorithm) && !others_.take_turns)
        refuse("JWT_PUBLIC_KEY", "there is none for " + std::string(name(algorithm)));
  }

  void keep_signing(const Keys::Entry& entry, Algorithm algorithm) {
    if (!jwks_) return;  // deciphering a key once more takes its time
    keep(jwks_->signing,
         jose::is_hmac(algorithm) ? jose::Jwk::from_secret(entry.text)
                                  : jose::Jwk::from_pem(entry.text.reveal(), passphrase()),
         entry, algorithm);
  }

  /// A key that serves several algorithms is for the one that was named first.
  void keep(std::vector<jose::Jwk>& among, const Result<jose::Jwk>& key, const Keys::Entry& entry,
            Algorithm algorithm) {
    const auto bound = key ? key->with_algorithm(algorithm) : key;
    if (!bound) return;  // a secret that is too short for anything but the settings
    const auto same = [&](const auto& one) { return one.thumbprint() == bound->thumbprint(); };
    if (std::ranges::any_of(jwks_->signing, same) || std::ranges::any_of(among, same)) return;
    among.push_back(bound->with_kid(entry.kid));
  }

  void publish(const Keys::Entry& entry, const std::vector<Algorithm>& algorithms) {
    auto key = is_certificate(entry) ? jose::Jwk::from_certificate(entry.text.reveal())
                                     : jose::Jwk::from_pem(entry.text.reveal(), passphrase());
    if (jwks_) keep(jwks_->verifying, key, entry, algorithms.front());
    // A JWK names one algorithm or none (RFC 7517 §4.4).
    if (key && algorithms.size() == 1) key = key->with_algorithm(algorithms.front());
    if (key) found_.published.push_back(entry.kid.empty() ? *key : key->with_kid(entry.kid));
  }

  /// Whether a token we sign is one we take.
  bool verifies_own() const {
    constexpr std::string_view probe = "probe";
    const auto signature = found_.signing->sign(probe);
    const auto& kid = found_.signing->kid();
    return std::ranges::any_of(found_.verifying, [&](const VerificationKey& key) {
      const bool named =
          key.kid().empty() || (kid.empty() ? !settings_.insist_on_kid : key.kid() == kid);
      return named && key.algorithm() == found_.signing->algorithm() &&
             key.verify(probe, signature);
    });
  }

  const Settings& settings_;
  const OtherKeys others_;
  std::vector<SettingsProblem>& problems_;
  SettingsKeys found_{};
  std::optional<SettingsJwks> jwks_{};  ///< where they are asked for
};

}  // namespace

SettingsKeys read_settings_keys(const Settings& settings, OtherKeys others,
                                std::vector<SettingsProblem>& problems) {
  return Reader(settings, others, problems).read();
}

SettingsJwks settings_jwks(const Settings& settings, std::vector<SettingsProblem>& problems) {
  return Reader(settings, {.take_turns = true}, problems).read_jwks();
}

}  // namespace restjwt::auth
