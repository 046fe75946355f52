#include "cli/migrate/departures.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "cli/migrate/sample_site.hpp"

namespace restjwt::cli::migrate {
namespace {

using auth::Profile;

std::set<unsigned> rows(const std::vector<Departure>& list) {
  std::set<unsigned> found;
  for (const auto& departure : list) found.insert(departure.row);
  return found;
}

/// What the replay of recorded exchanges was allowed to answer otherwise.
Json recorded() {
  std::ifstream in("data/departures.json");
  const std::string text(std::istreambuf_iterator<char>(in), {});
  return *parse_json(text);
}

TEST(Departures, HoldEveryRowThatTheReplayMet) {
  const std::map<std::string, Profile> profiles{
      {"1.0.1", Profile::v1_0_1}, {"1.11.0", Profile::v1_11_0}, {"drf-jwt", Profile::drf_jwt}};
  const Json exchanges = recorded();
  ASSERT_FALSE(exchanges.as_array().empty());
  for (const auto& exchange : exchanges.as_array()) {
    if (!exchange.find("row")) continue;  // another rule, named there
    const auto& id = exchange.find("id")->as_string();
    if (id.starts_with("simplejwt/")) continue;  // nobody comes from there by this guide
    const auto row = static_cast<unsigned>(exchange.find("row")->as_int());
    const auto profile = profiles.at(id.substr(0, id.find('/')));
    bool found = false;
    for (const auto& departure : departures())
      found = found || (departure.row == row && departure.concerns(profile));
    EXPECT_TRUE(found) << "row " << row << " of " << id;
  }
}

TEST(Departures, AreSentences) {
  for (const auto& departure : departures()) {
    EXPECT_TRUE(departure.sentence.ends_with(".") || departure.sentence.ends_with("\""))
        << departure.row;
    EXPECT_TRUE(departure.in_1_0_1 || departure.in_1_11_0 || departure.in_drf_jwt) << departure.row;
  }
}

std::set<unsigned> met_by(const DjangoSite& site) {
  return rows(departures_for(site, release_of(site)));
}

TEST(Departures, OfASettingThatTheSiteHasNotAreLeftOut) {
  EXPECT_FALSE(met_by(test::site_with("{}")).contains(20));
  EXPECT_TRUE(met_by(test::site_with(R"({"JWT_AUTH_COOKIE": "jwt"})")).contains(20));
}

TEST(Departures, OfRefreshingFollowTheDefaultOfTheProfile) {
  EXPECT_FALSE(met_by(test::site_with("{}")).contains(30));
  EXPECT_TRUE(met_by(test::site_with("{}", "1.17.3", "drf-jwt")).contains(30));
}

TEST(Departures, OfAnotherProfileAreLeftOut) {
  EXPECT_TRUE(met_by(test::site_with("{}", "1.0.1")).contains(4));
  EXPECT_FALSE(met_by(test::site_with("{}", "1.11.0")).contains(4));
}

}  // namespace
}  // namespace restjwt::cli::migrate
