// The claims of a token, as a stranger may have them signed: read in place, against the reader of
// whole values, and checked under strict and under loose rules.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <restjwt/jose/claims.hpp>
#include <restjwt/jose/validation.hpp>

using namespace restjwt;

namespace {

constexpr TimePoint now{std::chrono::seconds{1'700'000'000}};
const jose::Validation strict{.issuer = "me", .audience = {"api"}, .required = {"sub"}};
const jose::Validation loose{.leeway = std::chrono::hours(1),
                             .accept_at_expiry = true,
                             .untyped_expiry_is_past = true,
                             .accept_text_times = true,
                             .ignore_unexpected_audience = true};

bool is_same(const JsonView& view, const Json& value) {
  if (value.is_string()) return view.is_string() && view.as_string() == value.as_string();
  if (value.is_int()) return view.is_int() && view.as_int() == value.as_int();
  if (value.is_double()) return !view.is_int() && view.as_double() == value.as_double();
  if (value.is_bool()) return view.is_bool() && view.as_bool() == value.as_bool();
  return view.is_null() == value.is_null() && view.is_array() == value.is_array() &&
         view.is_object() == value.is_object();
}

void look_at(const jose::Claims& claims) {
  (void)claims.issuer();
  (void)claims.subject();
  (void)claims.token_id();
  (void)claims.expires_at();
  (void)claims.not_before();
  (void)claims.issued_at();
  (void)claims.is_for("api");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto claims = jose::Claims::parse(text);
  const auto json = parse_json(text);
  if (claims.has_value() != (json && json->is_object())) std::abort();
  if (!claims) return 0;
  if (claims->to_json() != *json) std::abort();
  for (const auto& [name, value] : json->as_object()) {
    const auto found = claims->find(name);
    if (!found || !is_same(*found, value)) std::abort();
  }
  look_at(*claims);
  // What strict rules take, loose ones take.
  if (!check(*claims, {}, now) && check(*claims, loose, now)) std::abort();
  (void)check(*claims, strict, now);
  return 0;
}
