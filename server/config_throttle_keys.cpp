// The rows of [throttle], and trusted_proxies.

#include <algorithm>
#include <charconv>

#include "server/config_key_kinds.hpp"
#include "server/forwarded.hpp"

namespace restjwt::server {
namespace {

struct Period {
  char letter;
  std::string_view name;
  std::chrono::seconds length;
};
constexpr Period periods[] = {{'s', "second", std::chrono::seconds{1}},
                              {'m', "minute", std::chrono::minutes{1}},
                              {'h', "hour", std::chrono::hours{1}},
                              {'d', "day", std::chrono::days{1}}};

/// "m", "min", "minute", "minutes", as Django REST framework has them.
const Period* period_named(std::string_view word) {
  if (word.ends_with('s') && word.size() > 1) word.remove_suffix(1);
  const auto found = std::ranges::find_if(periods, [&](const Period& period) {
    return !word.empty() && period.name.starts_with(word);
  });
  return found == std::end(periods) ? nullptr : found;
}

Refusal assign_rate(Config& config, const Given& given) {
  constexpr const char* expected =
      R"(expected how many failed logins in which time, such as "20/m", "5/s", "100/h" or "1000/day")";
  if (!given.value.is_string()) return expected;
  const std::string_view text = given.value.as_string();
  const auto slash = text.find('/');
  if (slash == text.npos) return expected;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + slash, number);
  const auto* period = period_named(text.substr(slash + 1));
  if (error != std::errc() || end != text.data() + slash || !period) return expected;
  if (number < 1 || number > 1'000'000) return "expected from 1 to 1000000 failed logins";
  config.throttle.rate = number;
  config.throttle.period = period->length;
  return {};
}

std::string show_rate(const Config& config) {
  const auto period = std::ranges::find(periods, config.throttle.period, &Period::length);
  return in_quotes(std::to_string(config.throttle.rate) + "/" + period->letter);
}

Refusal assign_trusted_proxies(Config& config, const Given& given) {
  constexpr const char* expected =
      R"(expected a list of addresses or networks, such as ["127.0.0.1", "10.0.0.0/8"])";
  if (!given.value.is_array()) return expected;
  std::vector<Network> found;
  for (const auto& one : given.value.as_array()) {
    if (!one.is_string()) return expected;
    const auto network = read_network(one.as_string());
    if (!network) return std::string(expected) + "; " + in_quotes(one.as_string()) + " is neither";
    if (network->bits == 0 || network_text(*network).ends_with("/0"))
      return in_quotes(one.as_string()) +
             " is everybody, who could then say any address; name your proxies";
    found.push_back(*network);
  }
  config.http.trusted_proxies = std::move(found);
  return {};
}

std::string show_trusted_proxies(const Config& config) {
  std::string shown;
  for (const auto& network : config.http.trusted_proxies)
    shown += (shown.empty() ? "" : ", ") + in_quotes(network_text(network));
  return "[" + shown + "]";
}

}  // namespace

ConfigKey trusted_proxies_key() {
  return {"", "trusted_proxies", assign_trusted_proxies, show_trusted_proxies};
}

// clang-format off
std::vector<ConfigKey> throttle_keys() {
  using std::chrono::seconds;
  return {
      flag("throttle", "enabled", [](auto& c) -> auto& { return c.throttle.enabled; }),
      {"throttle", "rate", assign_rate, show_rate},
      count("throttle", "max_retries", [](auto& c) -> auto& { return c.throttle.max_retries; }, 1, 1000),
      whole_seconds("throttle", "find_time", [](auto& c) -> auto& { return c.throttle.find_time; }, seconds{1}),
      whole_seconds("throttle", "ban_time", [](auto& c) -> auto& { return c.throttle.ban_time; }, seconds{1}),
  };
}
// clang-format on

}  // namespace restjwt::server
