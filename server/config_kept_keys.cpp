// The rows of [keys].

#include <restjwt/http/key_routes.hpp>

#include "server/config_key_kinds.hpp"

namespace restjwt::server {
namespace {

template <class Field>
ConfigKey path(std::string_view name, Field field) {
  return {"keys", name,
          [=](Config& config, const Given& given) -> Refusal {
            const Json& value = given.value;
            if (!value.is_string() || value.as_string().empty() ||
                value.as_string().find('\0') != std::string::npos)
              return "expected a path in quotes";
            field(config) = (given.folder / value.as_string()).lexically_normal();
            return {};
          },
          shows(field, [](const std::filesystem::path& value) {
            return value.empty() ? std::string("(not set)") : in_quotes(value.string());
          })};
}

Refusal assign_jwks_uri(Config& config, const Given& given) {
  if (!given.value.is_string() || !http::is_discoverable(given.value.as_string()))
    return "expected a URL such as \"https://id.example/.well-known/jwks.json\"";
  config.keys.jwks_uri = given.value.as_string();
  return {};
}

}  // namespace

// clang-format off
std::vector<ConfigKey> kept_keys() {
  using std::chrono::seconds;
  return {
      path("directory", [](auto& c) -> auto& { return c.keys.directory; }),
      path("file", [](auto& c) -> auto& { return c.keys.file; }),
      path("passphrase_file", [](auto& c) -> auto& { return c.keys.passphrase_file; }),
      whole_seconds("keys", "publication_period", [](auto& c) -> auto& { return c.keys.publication_period; }, seconds{1}),
      whole_seconds("keys", "cache_max_age", [](auto& c) -> auto& { return c.keys.cache_max_age; }, seconds{0}),
      {"keys", "jwks_uri", assign_jwks_uri, [](const Config& c) { return c.keys.jwks_uri.empty() ? std::string("(not set)") : in_quotes(c.keys.jwks_uri); }},
  };
}
// clang-format on

}  // namespace restjwt::server
