#include <restjwt/jose/base64url.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "jose/base64url.hpp"

namespace restjwt::jose {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Any bit above the 24 of a group says that a character is foreign, so four are tested at once.
constexpr std::uint32_t foreign = 1u << 24;

// One table for each place in a group of four: a character's six bits, already shifted.
using Table = std::array<std::uint32_t, 256>;
consteval Table table_shifted(unsigned shift) {
  Table table{};
  table.fill(foreign);
  for (std::uint32_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = i << shift;
  }
  return table;
}
constexpr std::array<Table, 4> tables{table_shifted(18), table_shifted(12), table_shifted(6),
                                      table_shifted(0)};

constexpr char character(std::uint32_t bits) { return alphabet[bits & 63]; }
constexpr unsigned char byte(char c) { return static_cast<unsigned char>(c); }

std::uint32_t group_of_four(const char* text) {
  return tables[0][byte(text[0])] | tables[1][byte(text[1])] | tables[2][byte(text[2])] |
         tables[3][byte(text[3])];
}

// The bits of two or three characters, at the upper end of the 24.
std::uint32_t last_group(const char* text, std::size_t count) {
  const std::uint32_t two = tables[0][byte(text[0])] | tables[1][byte(text[1])];
  return count == 2 ? two : two | tables[2][byte(text[2])];
}

void put(char* out, std::uint32_t bits, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<char>(bits >> (16 - 8 * i));
}

void put_four(char* out, std::uint32_t bits) {
  const std::uint32_t big_endian =
      std::endian::native == std::endian::little ? __builtin_bswap32(bits) : bits;
  std::memcpy(out, &big_endian, sizeof big_endian);
}

}  // namespace

void base64url_append(std::string& out, std::string_view bytes) {
  const std::size_t start = out.size();
  out.resize(start + (bytes.size() * 4 + 2) / 3);
  char* to = out.data() + start;
  const char* from = bytes.data();
  for (std::size_t groups = bytes.size() / 3; groups > 0; --groups, from += 3, to += 4) {
    const std::uint32_t bits = byte(from[0]) << 16 | byte(from[1]) << 8 | byte(from[2]);
    to[0] = character(bits >> 18);
    to[1] = character(bits >> 12);
    to[2] = character(bits >> 6);
    to[3] = character(bits);
  }
  const std::size_t rest = bytes.size() % 3;
  if (rest == 0) return;
  const std::uint32_t bits = byte(from[0]) << 16 | (rest == 2 ? byte(from[1]) << 8 : 0);
  to[0] = character(bits >> 18);
  to[1] = character(bits >> 12);
  if (rest == 2) to[2] = character(bits >> 6);
}

std::string base64url_encode(std::string_view bytes) {
  std::string out;
  base64url_append(out, bytes);
  return out;
}

bool base64url_decode_to(char* to, std::string_view text) {
  const std::size_t rest = text.size() % 4;
  if (rest == 1) return false;  // six bits make no byte
  const char* from = text.data();
  // Four bytes are written where three are meant, as long as more follow.
  for (std::size_t groups = text.size() / 4; groups > 0; --groups, from += 4, to += 3) {
    const std::uint32_t bits = group_of_four(from);
    if (bits >= foreign) return false;
    if (groups == 1) put(to, bits, 3);
    else put_four(to, bits << 8);
  }
  if (rest == 0) return true;

  const std::uint32_t bits = last_group(from, rest);
  // Bits that make no byte must be zero, or one sequence of bytes has many spellings (RFC 4648
  // §3.5).
  const std::uint32_t spare = rest == 2 ? 0xFFFF : 0xFF;
  if (bits >= foreign || (bits & spare) != 0) return false;
  put(to, bits, rest - 1);
  return true;
}

std::optional<std::string> base64url_decode(std::string_view text) {
  std::string out(base64url_decoded_size(text.size()), '\0');
  if (!base64url_decode_to(out.data(), text)) return std::nullopt;
  return out;
}

}  // namespace restjwt::jose
