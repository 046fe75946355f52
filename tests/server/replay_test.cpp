// The recorded exchanges of the original packages, each sent to our own server over a socket while
// its clock stands at the recorded instant.
//
// tests/data/exchanges/<profile>.jsonl holds one exchange a line; exchanges of one scenario depend
// on each other and share a fresh database. tools/record-simplejwt.py makes that of simplejwt
// again. tests/data/departures.json lists the exchanges that we answer differently on purpose, with
// our answer and what allows it: the row of BEHAVIOUR.md §9 ("Bugs and holes to fix, not copy"), or
// a rule.

#include <algorithm>
#include <atomic>
#include <iostream>
#include <map>
#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "server/app.hpp"
#include "server/replay_difference.hpp"
#include "server/replay_exchange.hpp"
#include "server/replay_settings.hpp"
#include "server/replay_site.hpp"
#include "support/http_client.hpp"

namespace restjwt::test {
namespace {

using Scenario = std::vector<Exchange>;

std::vector<Scenario> by_scenario(std::vector<Exchange> exchanges) {
  std::vector<Scenario> scenarios;
  std::map<std::string, std::size_t> seen;
  for (auto& exchange : exchanges) {
    const auto [at, is_new] = seen.emplace(exchange.scenario, scenarios.size());
    if (is_new) scenarios.emplace_back();
    scenarios[at->second].push_back(std::move(exchange));
  }
  for (auto& scenario : scenarios) std::ranges::sort(scenario, {}, &Exchange::step);
  return scenarios;
}

/// Our server as the recorded site was set up, with a clock that is told the time.
class Site {
 public:
  Site(const Exchange& first, RecordedUsers& users)
      : app_(config(first, users),
             {.clock = [now = now_] { return TimePoint(std::chrono::seconds(now->load())); },
              .add_routes = add_recorded_views}) {
    app_.start();
  }
  ~Site() { app_.stop(); }

  http::Response answer(const Exchange& exchange, const std::string& request) {
    now_->store(exchange.at);
    HttpClient client(app_.port());
    client.send(request);
    auto answer = client.receive(exchange.method == "HEAD");
    // Every recorded request says "Connection: close"; more bytes would be a body behind a HEAD.
    EXPECT_TRUE(client.closed_by_server()) << exchange.id;
    return answer;
  }

 private:
  static server::Config config(const Exchange& first, RecordedUsers& users) {
    auto config = recorded_config(first);
    config.database_file = users.fresh_database(first);
    config.http.port = 0;
    config.http.io_threads = 1;
    config.http.workers = 1;
    config.http.hashing_threads = 1;
    config.log = {.level = server::LogLevel::off, .access = false};
    return config;
  }

  std::shared_ptr<std::atomic<std::int64_t>> now_ = std::make_shared<std::atomic<std::int64_t>>(0);
  server::App app_;
};

/// Whether the answer is one that no exchange may get.
std::string never_allowed(const Exchange& exchange, const http::Response& ours) {
  if (ours.status >= 500) return "answers " + std::to_string(ours.status);
  if (ours.status >= 400 && exchange.method != "HEAD" && !parse_json(ours.body))
    return "is refused with something else than JSON: " + ours.body;
  return {};
}

class Replay : public testing::Test {
 protected:
  void replay(const std::string& profile) {
    const auto exchanges = read_exchanges("data/exchanges/" + profile + ".jsonl");
    ASSERT_FALSE(exchanges.empty());
    departures_ = read_departures("data/departures.json");
    std::erase_if(departures_, [&](const auto& departure) {
      return !departure.pattern.starts_with(profile + "/");
    });
    for (const auto& scenario : by_scenario(exchanges)) replay(scenario);
    expect_every_departure_used();
    print(profile);
  }

 private:
  void replay(const Scenario& scenario) {
    SCOPED_TRACE("scenario " + scenario.front().scenario);
    Site site(scenario.front(), users_);
    IssuedTokens tokens;
    for (const auto& exchange : scenario) {
      const std::string request = request_bytes(exchange, tokens);
      const auto ours = site.answer(exchange, request);
      judge(exchange, ours, request);
      const auto body = parse_json(ours.body);
      for (const auto* member : {"token", "access", "refresh"})
        if (const Json* token = body ? body->find(member) : nullptr; token && token->is_string())
          tokens[{exchange.step, member}] = token->as_string();
    }
  }

  void judge(const Exchange& exchange, const http::Response& ours, std::string_view request) {
    ++replayed_;
    const auto fault = never_allowed(exchange, ours);
    EXPECT_EQ(fault, "") << exchange.id;

    const auto found = differences(exchange, ours, request);
    const auto departure = std::ranges::find_if(
        departures_, [&](const Departure& d) { return d.matches(exchange.id); });
    if (departure == departures_.end()) {
      for (const auto& difference : found) ADD_FAILURE() << exchange.id << "\n  " << difference;
      return;
    }
    ++departing_;
    if (departure->row != 0) rows_.insert(departure->row);
    else rules_.insert(departure->rule);
    used_.insert(departure->pattern);
    EXPECT_FALSE(found.empty()) << exchange.id << " departs no more: its line can go";
    for (const auto& difference : departure->differences(ours))
      ADD_FAILURE() << exchange.id << " departs, but not as stated\n  " << difference;
  }

  void expect_every_departure_used() const {
    for (const auto& departure : departures_)
      EXPECT_TRUE(used_.contains(departure.pattern)) << departure.pattern << " names no exchange";
  }

  void print(const std::string& profile) const {
    std::cout << "profile " << profile << ": " << replayed_ << " replayed, " << departing_
              << " departing (rows";
    for (const int row : rows_) std::cout << ' ' << row;
    for (const auto& rule : rules_) std::cout << "; " << rule;
    std::cout << ")\n";
  }

  RecordedUsers users_;
  std::vector<Departure> departures_;
  std::set<std::string> used_;
  std::set<int> rows_;
  std::set<std::string> rules_;
  int replayed_ = 0;
  int departing_ = 0;
};

TEST_F(Replay, EveryExchangeOfProfile101IsAnsweredAsRecordedOrDepartsByARow) { replay("1.0.1"); }
TEST_F(Replay, EveryExchangeOfProfile1110IsAnsweredAsRecordedOrDepartsByARow) { replay("1.11.0"); }
TEST_F(Replay, EveryExchangeOfDrfJwtIsAnsweredAsRecordedOrDepartsByARow) { replay("drf-jwt"); }
TEST_F(Replay, EveryExchangeOfSimplejwtIsAnsweredAsRecordedOrDepartsByARow) { replay("simplejwt"); }

}  // namespace
}  // namespace restjwt::test
