// argon2$argon2id$v=19$m=19456,t=2,p=1$<base64 salt>$<base64 hash>: "argon2$" and the PHC string of
// RFC 9106's reference code. Texts of version 16 have no "v=".
#include <argon2.h>

#include <new>
#include <stdexcept>

#include "auth/password_hash.hpp"
#include "auth/password_text.hpp"

namespace restjwt::auth {
namespace {

constexpr std::uint32_t max_memory_kib = 1 << 20;
constexpr std::uint32_t max_passes = 100;
constexpr std::uint32_t max_lanes = 64;
constexpr std::size_t min_salt = 8;
constexpr std::size_t min_size = 12;
constexpr std::size_t max_size = 64;

struct Argon2 {
  argon2_type type = Argon2_id;
  std::uint32_t version = ARGON2_VERSION_13;
  std::uint32_t memory_kib = 0;
  std::uint32_t passes = 0;
  std::uint32_t lanes = 0;
};

bool within_caps(const Argon2& how) {
  return how.passes >= 1 && how.passes <= max_passes && how.lanes >= 1 && how.lanes <= max_lanes &&
         how.memory_kib >= 8 * how.lanes && how.memory_kib <= max_memory_kib;
}

std::string derive(const Argon2& how, std::string_view password, std::string_view salt,
                   std::size_t size) {
  // The library's structure has no const; it writes to neither as long as flags say nothing else.
  auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  std::string hash(size, '\0');
  argon2_context context{};
  context.out = bytes(hash);
  context.outlen = static_cast<std::uint32_t>(size);
  context.pwd = bytes(password);
  context.pwdlen = static_cast<std::uint32_t>(password.size());
  context.salt = bytes(salt);
  context.saltlen = static_cast<std::uint32_t>(salt.size());
  context.t_cost = how.passes;
  context.m_cost = how.memory_kib;
  context.lanes = how.lanes;
  context.threads = 1;  // a hash keeps to the thread it was given, whatever its number of lanes
  context.version = how.version;
  context.flags = ARGON2_DEFAULT_FLAGS;
  const int status = argon2_ctx(&context, how.type);
  if (status == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  if (status != ARGON2_OK) throw std::runtime_error(argon2_error_message(status));
  return hash;
}

std::optional<argon2_type> type_named(std::string_view name) {
  if (name == "argon2id") return Argon2_id;
  if (name == "argon2i") return Argon2_i;
  if (name == "argon2d") return Argon2_d;
  return std::nullopt;
}

std::optional<std::uint32_t> parameter(std::string_view text, std::string_view name,
                                       std::uint32_t most) {
  if (!text.starts_with(name)) return std::nullopt;
  return decimal(text.substr(name.size()), most);
}

std::optional<Argon2> read_costs(Fields fields) {
  const auto type = type_named(fields[1]);
  const auto costs = split(fields[fields.size() - 3], ',');
  if (!type || costs.size() != 3) return std::nullopt;
  if (fields.size() == 6 && fields[2] != "v=19" && fields[2] != "v=16") return std::nullopt;
  const bool newest = fields.size() == 6 && fields[2] == "v=19";
  const auto memory = parameter(costs[0], "m=", max_memory_kib);
  const auto passes = parameter(costs[1], "t=", max_passes);
  const auto lanes = parameter(costs[2], "p=", max_lanes);
  if (!memory || !passes || !lanes) return std::nullopt;
  const Argon2 how{.type = *type,
                   .version = newest ? ARGON2_VERSION_13 : ARGON2_VERSION_10,
                   .memory_kib = *memory,
                   .passes = *passes,
                   .lanes = *lanes};
  return within_caps(how) ? std::optional(how) : std::nullopt;
}

}  // namespace

std::optional<StoredHash> read_argon2(Fields fields) {
  if (fields.size() != 5 && fields.size() != 6) return std::nullopt;
  const auto how = read_costs(fields);
  const auto salt = base64_unpadded_decode(fields[fields.size() - 2]);
  const auto hash = fields.back();
  const auto size = hash.size() * 3 / 4;
  if (!how || !salt || salt->size() < min_salt || size < min_size || size > max_size)
    return std::nullopt;

  StoredHash stored{.algorithm = "argon2",
                    .strength = Strength::argon2,
                    .work = std::uint64_t{how->memory_kib} * how->passes,
                    .cost = "argon2",
                    .expected = hash,
                    .derive = [how = *how, salt = *salt, size](std::string_view password) {
                      return base64_unpadded(derive(how, password, salt, size));
                    }};
  for (const auto field : fields.subspan(1, fields.size() - 3))
    stored.cost.append("$").append(field);
  return stored;
}

std::string make_argon2(std::string_view password, std::string_view salt,
                        const PasswordHasher& hasher) {
  const Argon2 how{.memory_kib = hasher.argon2_memory_kib,
                   .passes = hasher.argon2_passes,
                   .lanes = hasher.argon2_lanes};
  if (!within_caps(how)) throw std::invalid_argument("Argon2 costs out of range");
  return std::string("argon2$argon2id$v=19$m=")
      .append(std::to_string(how.memory_kib))
      .append(",t=")
      .append(std::to_string(how.passes))
      .append(",p=")
      .append(std::to_string(how.lanes))
      .append("$")
      .append(base64_unpadded(salt))
      .append("$")
      .append(base64_unpadded(derive(how, password, salt, 32)));
}

}  // namespace restjwt::auth
