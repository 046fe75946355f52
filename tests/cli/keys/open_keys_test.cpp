#include "cli/keys/open_keys.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temporary_folder.hpp"

namespace restjwt::cli::keys {
namespace {

using namespace std::chrono_literals;
using auth::KeyScheduleErrc;
using jose::Algorithm;

constexpr TimePoint t0 = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 12h;

TEST(MakeKey, GivesNoKidThatLooksLikeAnOption) {
  // One thumbprint of 64 begins with a dash.
  for (int i = 0; i < 1000; ++i) EXPECT_NE(make_key(Algorithm::HS256).kid().front(), '-');
}

TEST(MakeSuccessor, IsForTheAlgorithmThatSigns) {
  const auto schedule =
      auth::KeySchedule().add(make_key(Algorithm::Ed448), Algorithm::Ed448, t0, {}).value();
  EXPECT_EQ(make_successor(schedule, t0).algorithm(), Algorithm::Ed448);
}

TEST(MakeSuccessor, IsForES256WhereNothingSigns) {
  EXPECT_EQ(make_successor({}, t0).algorithm(), Algorithm::ES256);
}

TEST(OpenKeys, AChangeHappensAtTheInstantAtWhichTheKeysAreLocked) {
  test::TemporaryFolder folder;
  const auto config = folder.path() / "restjwt.toml";
  std::ofstream(config) << "[keys]\ndirectory = \"keys\"\n";
  Arguments arguments;
  arguments.config = config.string();
  OpenKeys keys(arguments);
  keys.now = t0 - 24h * 366;  // as if opening them had taken that long
  const auto opened = keys.now;
  (void)keys.change([&](const auth::KeySchedule& before) {
    EXPECT_GT(keys.now, opened);
    return before;
  });
}

TEST(RefusalText, SaysUntilWhen) {
  EXPECT_EQ(refusal_text({KeyScheduleErrc::tokens_live, "a", t0 + 299s}, {}, t0),
            "unexpired tokens of a can exist until 2026-11-24 12:04:59 UTC, in 4 min 59 s; retire "
            "it then, or with --compromised if somebody else may have the key");
}

TEST(RefusalText, OfAKeyThatIsWrongItselfSaysWhy) {
  EXPECT_EQ(refusal_text({jose::KeyErrc::too_short, "a"}, {}, t0),
            "a: The key is too short for its algorithm.");
}

TEST(AlgorithmOf, TakesBothNamesOfAnAlgorithm) {
  EXPECT_EQ(algorithm_of("EdDSA"), Algorithm::Ed25519);
  EXPECT_EQ(algorithm_of("Ed25519"), Algorithm::Ed25519);
}

TEST(AlgorithmOf, RefusesNone) { EXPECT_THROW((void)algorithm_of("none"), WrongUsage); }

}  // namespace
}  // namespace restjwt::cli::keys
