#pragma once
// What every KeyStore promises.

#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include <restjwt/auth/key_schedule.hpp>

#include "support/scheduled_keys.hpp"
#include "support/temporary_folder.hpp"

namespace restjwt::test {

/// Opens the one store in the folder; twice is two stores over the same keys.
using OpenKeyStore = std::function<std::unique_ptr<auth::KeyStore>(const std::filesystem::path&)>;

struct KeyStoreCase {
  std::string name;
  OpenKeyStore open;
};

class KeyStoreTest : public testing::TestWithParam<KeyStoreCase>, protected Rotation {
 protected:
  std::unique_ptr<auth::KeyStore> open() { return GetParam().open(folder_.path()); }

  static auth::KeySchedule::Changed take_in(auth::KeyStore& store, const std::string& kid,
                                            TimePoint now) {
    return store.change([&](const auth::KeySchedule& schedule) {
      return schedule.add(new_key(kid), jose::Algorithm::Ed25519, now, day_and_five_minutes());
    });
  }

  TemporaryFolder folder_;
};

}  // namespace restjwt::test
