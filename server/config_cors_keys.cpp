// The rows of [cors], with the words of django-cors-headers.

#include <algorithm>

#include "server/config_key_kinds.hpp"

namespace restjwt::server {
namespace {

Refusal assign_origins(Config& config, const Given& given) {
  constexpr const char* expected = R"(expected a list such as ["https://app.example.com"])";
  if (!given.value.is_array()) return expected;
  std::vector<std::string> origins;
  for (const auto& one : given.value.as_array()) {
    if (!one.is_string()) return expected;
    if (auto refusal = http::refuse_origin(one.as_string()))
      return in_quotes(one.as_string()) + ": " + *refusal;
    origins.push_back(one.as_string());
  }
  config.cors.allowed_origins = std::move(origins);
  return {};
}

std::string show_origins(const Config& config) {
  std::string shown;
  for (const auto& origin : config.cors.allowed_origins)
    shown += (shown.empty() ? "" : ", ") + in_quotes(origin);
  return "[" + shown + "]";
}

}  // namespace

std::vector<ConfigKey> cors_keys() {
  return {
      {"cors", "CORS_ALLOWED_ORIGINS", assign_origins, show_origins},
      flag(
          "cors", "CORS_ALLOW_CREDENTIALS",
          [](auto& c) -> auto& { return c.cors.allow_credentials; }),
  };
}

}  // namespace restjwt::server
