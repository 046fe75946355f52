#include <iostream>

#include "cli/instant.hpp"
#include "cli/keys/commands.hpp"
#include "cli/keys/description.hpp"
#include "cli/keys/open_keys.hpp"
#include "cli/terminal.hpp"

namespace restjwt::cli::keys {
namespace {

// The key is read and only its public part is taken: what is private never becomes text here.
struct PublicPart {
  explicit PublicPart(const auth::ScheduledKey& key) {
    if (!key.key) return;
    thumbprint = key.key->thumbprint();
    jwk = key.key->with_kid(key.kid).public_json();
    pem = key.key->public_pem();
  }
  std::optional<std::string> thumbprint{};
  std::optional<Json> jwk{};
  std::optional<std::string> pem{};
};

void print_as_json(const Description& about, const PublicPart& part) {
  auto json = about.to_json();
  json.set("thumbprint", part.thumbprint ? Json(*part.thumbprint) : Json());
  json.set("jwk", part.jwk ? *part.jwk : Json());
  json.set("pem", part.pem ? Json(*part.pem) : Json());
  print_json(json);
}

void print_text(const auth::ScheduledKey& key, const Description& about, const PublicPart& part,
                const OpenKeys& keys, const auth::KeySchedule& schedule) {
  auto line = [](const char* label, std::string_view value) {
    std::cout << label << printable(value) << '\n';
  };
  auto instant = [&](const char* label, const std::optional<TimePoint>& at) {
    line(label, at ? instant_text(*at, keys.now) : "-");
  };
  line("kid:         ", key.kid);
  line("algorithm:   ", jose::name(key.algorithm));
  line("state:       ", about.state());
  line("next:        ", about.outlook());
  instant("published:   ", key.published);
  instant("active:      ", key.active);
  instant("retiring:    ", key.active ? schedule.retiring_since(key) : std::nullopt);
  instant("retired:     ", key.retired);
  line("thumbprint:  ", part.thumbprint.value_or("-"));
  line("public JWK:  ", part.jwk ? to_text(*part.jwk) : "-");
  if (part.pem) std::cout << *part.pem;
}

}  // namespace

int show(const Arguments& arguments, const std::string& kid) {
  const OpenKeys keys(arguments);
  const auto schedule = keys.store->load();
  const auto& key = key_named(schedule, kid);
  const Description about(schedule, key, keys.rules, keys.now);
  if (arguments.json) print_as_json(about, PublicPart(key));
  else print_text(key, about, PublicPart(key), keys, schedule);
  return ok;
}

}  // namespace restjwt::cli::keys
