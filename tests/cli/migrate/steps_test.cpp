#include "cli/migrate/steps.hpp"

#include <gmock/gmock.h>

#include "cli/migrate/sample_site.hpp"

namespace restjwt::cli::migrate {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::Eq;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> commands(const DjangoSite& site,
                                  const PlanFiles& files = {"django.json", "restjwt.toml"}) {
  std::vector<std::string> all;
  for (const auto& step : next_steps(site, map_site(site), files))
    for (const auto& command : step.commands) all.push_back(command);
  return all;
}

TEST(Steps, WriteTheSecretByTheSitesOwnPython) {
  EXPECT_THAT(commands(test::site_with("{}")),
              Contains("(umask 077; python manage.py shell -c \"from django.conf import settings; "
                       "print(settings.SECRET_KEY)\" > jwt_secret_key)"));
}

TEST(Steps, SpeakPython2AndAnOldDjango) {
  auto site = test::site_with("{}", "1.0.1");
  site.python = "2.7.18";
  site.django = "1.7";
  EXPECT_THAT(
      commands(site),
      Contains("(umask 077; DJANGO_SETTINGS_MODULE=mysite.settings python -c \"import sys; from "
               "django.conf import settings; sys.stdout.write(settings.SECRET_KEY + '\\n')\" > "
               "jwt_secret_key)"));
}

TEST(Steps, TakeAKeyOutOfAListOrATable) {
  EXPECT_THAT(commands(test::site_with(
                  R"({"JWT_SECRET_KEY": [{"secret": "JWT_AUTH.JWT_SECRET_KEY[0]", "length": 50}]})",
                  "1.17.3", "drf-jwt")),
              Contains(HasSubstr("print(settings.JWT_AUTH['JWT_SECRET_KEY'][0])")));
  EXPECT_THAT(
      commands(test::site_with(
          R"({"JWT_SECRET_KEY": {"a": {"secret": "JWT_AUTH.JWT_SECRET_KEY[0]", "length": 50}}})",
          "1.17.3", "drf-jwt")),
      Contains(HasSubstr("print(list(settings.JWT_AUTH['JWT_SECRET_KEY'].values())[0])")));
}

TEST(Steps, ANameFromTheDumpCannotBecomeAShellCommand) {
  auto site = test::site_with("{}", "1.0.1");
  site.django = "1.7";
  site.settings_module = "x; rm -rf /";
  site.views = {{"obtain", "/x; } evil {", ""}};
  EXPECT_THAT(commands(site), Not(Contains(AnyOf(HasSubstr("rm -rf"), HasSubstr("evil")))));
  EXPECT_THAT(commands(site, {"a b'c", "restjwt.toml"}),
              Contains(HasSubstr("--settings 'a b'\\''c'")));
}

TEST(Steps, TheProxyRewritesOtherPaths) {
  auto site = test::site_with("{}");
  site.views = {{"obtain", "/login/$", ""}, {"verify", "/api-token-verify/", ""}};
  const auto all = commands(site);
  EXPECT_THAT(
      all,
      Contains(Eq("location = /login/ { proxy_pass http://127.0.0.1:8001/api-token-auth/; }")));
  EXPECT_THAT(all,
              Contains(Eq("location = /api-token-verify/ { proxy_pass http://127.0.0.1:8001; }")));
}

TEST(Steps, AfterTheConfigurationComeTheDecisionsWhereSomethingIsNotMapped) {
  const auto site = test::site_with(R"({"JWT_ALGORITHM": "none"})");
  const auto steps = next_steps(site, map_site(site), {"django.json", ""});
  EXPECT_THAT(steps[0].commands.front(), HasSubstr("--output restjwt.toml"));
  EXPECT_THAT(steps[1].what, HasSubstr("NOT MAPPED"));
}

}  // namespace
}  // namespace restjwt::cli::migrate
