#include "server/log.hpp"

#include <future>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/log_text.hpp"

namespace restjwt::server {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

/// The lines that `use` makes the log write.
template <class Use>
std::vector<std::string> lines(Use use, Log::Options options = {}) {
  std::vector<std::string> written;
  options.sink = [&](std::string_view line) { written.emplace_back(line); };
  {
    Log log(options);
    use(log);
  }
  return written;
}

std::string escaped(std::string_view text, std::size_t longest = 256) {
  std::string out;
  append_escaped(out, text, longest);
  return out;
}

TEST(Log, AnEventIsOneJsonObject) {
  const auto written =
      lines([](Log& log) { log.write(LogLevel::warning, "started", "All is \"well\".", "id-1"); });
  ASSERT_EQ(written.size(), 1U);
  EXPECT_THAT(written[0],
              MatchesRegex("\\{\"time\":\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z\","
                           "\"level\":\"warning\",\"event\":\"started\","
                           "\"message\":\"All is .\"well.\"\\.\",\"request_id\":\"id-1\"\\}"));
}

TEST(Log, ARequestIsOneJsonObject) {
  const auto written = lines([](Log& log) {
    log.access({.request_id = "i",
                .remote_address = "::1",
                .method = "GET",
                .path = "/x",
                .status = 200,
                .bytes = 12,
                .duration = std::chrono::microseconds(7)});
  });
  ASSERT_EQ(written.size(), 1U);
  EXPECT_THAT(written[0],
              EndsWith("\"event\":\"request\",\"request_id\":\"i\",\"remote\":\"::1\",\"method\":"
                       "\"GET\",\"path\":\"/x\",\"status\":200,\"bytes\":12,\"duration_us\":7}"));
}

TEST(Log, TheQueryIsNeverWritten) {
  const auto written = lines([](Log& log) { log.access({.path = "/x?token=secret"}); });
  ASSERT_EQ(written.size(), 1U);
  EXPECT_THAT(written[0], Not(HasSubstr("secret")));
}

TEST(Log, LinesBelowTheLevelAreNotWritten) {
  const auto use = [](Log& log) {
    log.write(LogLevel::info, "a", "");
    log.access({});
    log.write(LogLevel::error, "b", "");
  };
  const auto written = lines(use, {.level = LogLevel::warning});
  ASSERT_EQ(written.size(), 1U);
  EXPECT_THAT(written[0], HasSubstr("\"event\":\"b\""));
  EXPECT_THAT(lines(use, {.level = LogLevel::off}), IsEmpty());
}

TEST(Log, AccessLinesCanBeSwitchedOff) {
  EXPECT_THAT(lines([](Log& log) { log.access({}); }, {.access = false}), IsEmpty());
}

TEST(Log, AFullQueueDropsAndCountsInsteadOfWaiting) {
  std::promise<void> gate;
  auto wait = gate.get_future().share();
  std::size_t dropped = 0;
  std::vector<std::string> written;
  {
    Log log({.queue = 4, .sink = [&](std::string_view line) {
               wait.wait();
               written.emplace_back(line);
             }});
    for (int i = 0; i < 20; ++i) log.write(LogLevel::info, "n", std::to_string(i));
    dropped = log.dropped();
    gate.set_value();
  }
  EXPECT_GE(dropped, 15U);
  EXPECT_EQ(written.size(), 20 - dropped);
  EXPECT_THAT(written.back(), HasSubstr("\"19\""));
}

TEST(LogText, OrdinaryTextStaysAsItIs) { EXPECT_EQ(escaped("Grüße, 世界 😀"), "Grüße, 世界 😀"); }

TEST(LogText, ControlCharactersAreEscaped) {
  EXPECT_EQ(escaped("a\nb\r\t\x1b[31m\x7f"), "a\\u000ab\\u000d\\u0009\\u001b[31m\\u007f");
  EXPECT_EQ(escaped("\xc2\x9b"), "\\u009b");
}

TEST(LogText, LineSeparatorsAreEscaped) {
  EXPECT_EQ(escaped("\xe2\x80\xa8\xe2\x80\xa9"), "\\u2028\\u2029");
}

TEST(LogText, QuotesAndBackslashesAreEscaped) { EXPECT_EQ(escaped("\"\\"), "\\\"\\\\"); }

TEST(LogText, WhatIsNotUtf8BecomesTheReplacementCharacter) {
  EXPECT_EQ(escaped("a\xff"), "a\\ufffd");
  EXPECT_EQ(escaped("\xed\xa0\x80").substr(0, 6), "\\ufffd");
}

TEST(LogText, LongTextIsCut) {
  EXPECT_EQ(escaped("abcdef", 3), "abc…");
  EXPECT_EQ(escaped("abc", 3), "abc");
  EXPECT_EQ(escaped("ab\xc3\xbc", 3), "ab…");
}

TEST(LoggablePath, EndsBeforeAQueryAndBeforeAToken) {
  EXPECT_EQ(loggable_path("/a/b"), "/a/b");
  EXPECT_EQ(loggable_path("/a?token=x"), "/a");
  EXPECT_EQ(loggable_path("/t/eyJhbGciOiJIUzI1NiJ9.e30.c2ln"), "/t/");
}

}  // namespace
}  // namespace restjwt::server
