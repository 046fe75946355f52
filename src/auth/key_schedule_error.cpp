#include <string>

#include <restjwt/auth/key_schedule.hpp>

namespace restjwt::auth {
namespace {

struct Category final : std::error_category {
  const char* name() const noexcept override { return "restjwt.keys"; }
  std::string message(int value) const override {
    switch (static_cast<KeyScheduleErrc>(value)) {
      case KeyScheduleErrc::unknown_kid:
        return "there is no key of that name";
      case KeyScheduleErrc::taken_kid:
        return "there is a key of that name already";
      case KeyScheduleErrc::unusable_kid:
        return "a kid has from 1 to 256 bytes of UTF-8";
      case KeyScheduleErrc::not_yet_published:
        return "the next key has not been published for long enough";
      case KeyScheduleErrc::still_signing:
        return "the key signs; rotate first";
      case KeyScheduleErrc::tokens_live:
        return "unexpired tokens of the key can exist";
      case KeyScheduleErrc::nothing_to_sign_with:
        return "no key would be left that signs";
    }
    return "unknown";
  }
};

}  // namespace

std::error_code make_error_code(KeyScheduleErrc errc) noexcept {
  static const Category category;
  return {static_cast<int>(errc), category};
}

}  // namespace restjwt::auth
