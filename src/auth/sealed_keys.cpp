#include <restjwt/auth/sealed_keys.hpp>

#include <stdexcept>
#include <utility>

#include "auth/jwe.hpp"
#include "auth/stored_key.hpp"

namespace restjwt::auth {
namespace {

struct Category final : std::error_category {
  const char* name() const noexcept override { return "restjwt.sealed_keys"; }
  std::string message(int value) const override {
    switch (static_cast<SealedKeysErrc>(value)) {
      case SealedKeysErrc::malformed:
        return "is no file of encrypted keys";
      case SealedKeysErrc::too_expensive:
        return "asks for more than 10 million rounds of PBKDF2";
      case SealedKeysErrc::wrong_passphrase:
        return "the passphrase does not open it";
      case SealedKeysErrc::damaged:
        return "is damaged";
    }
    return "unknown";
  }
};

/// Secrets are put together as text, never as a Json, which does not wipe itself.
Secret key_set_text(const KeySchedule& schedule) {
  std::vector<Secret> keys;
  std::size_t size = 16;
  for (const auto& key : schedule.keys()) size += 1 + keys.emplace_back(stored_key(key)).size();
  std::string text;
  text.reserve(size);  // so that no shorter copy is left behind
  text += "{\"keys\":[";
  for (const auto& key : keys) {
    if (&key != keys.data()) text += ',';
    text += key.reveal();
  }
  text += "]}";
  return Secret::take(std::move(text));
}

}  // namespace

std::error_code make_error_code(SealedKeysErrc errc) noexcept {
  static const Category category;
  return {static_cast<int>(errc), category};
}

std::string seal_keys(const KeySchedule& schedule, const Secret& passphrase,
                      const RandomBytes& random) {
  return encrypt_jwe(key_set_text(schedule), passphrase, random);
}

Result<KeySchedule> open_sealed_keys(std::string_view sealed, const Secret& passphrase) {
  const auto text = decrypt_jwe(sealed, passphrase);
  if (!text) return text.error();
  const auto set = parse_json(text->reveal());
  const Json* keys = set ? set->find("keys") : nullptr;
  if (!keys || !keys->is_array()) return SealedKeysErrc::malformed;
  std::vector<ScheduledKey> schedule;
  for (const Json& json : keys->as_array()) {
    auto key = read_stored_key(json);
    if (!key) return SealedKeysErrc::malformed;
    schedule.push_back(*std::move(key));
  }
  try {
    return KeySchedule(std::move(schedule));
  } catch (const std::invalid_argument&) {  // two keys of one name: nothing of ours writes that
    return SealedKeysErrc::malformed;
  }
}

}  // namespace restjwt::auth
