#include <restjwt/jose/base64url.hpp>

#include <array>
#include <cstdint>

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

constexpr unsigned char byte(char c) { return static_cast<unsigned char>(c); }

// The bits of the first `count` characters, at the upper end of the 24.
std::uint32_t group(const char* text, std::size_t count) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < count; ++i) bits |= tables[i][byte(text[i])];
  return bits;
}

void put(char* out, std::uint32_t bits, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<char>(bits >> (16 - 8 * i));
}

}  // namespace

void base64url_append(std::string& out, std::string_view bytes) {
  out.reserve(out.size() + (bytes.size() * 4 + 2) / 3);
  std::size_t at = 0;
  const auto write = [&](std::uint32_t bits, int characters) {
    for (int i = 0; i < characters; ++i) out.push_back(alphabet[(bits >> (18 - 6 * i)) & 63]);
  };
  for (; at + 3 <= bytes.size(); at += 3) {
    write(byte(bytes[at]) << 16 | byte(bytes[at + 1]) << 8 | byte(bytes[at + 2]), 4);
  }
  if (bytes.size() - at == 1) write(byte(bytes[at]) << 16, 2);
  if (bytes.size() - at == 2) write(byte(bytes[at]) << 16 | byte(bytes[at + 1]) << 8, 3);
}

std::string base64url_encode(std::string_view bytes) {
  std::string out;
  base64url_append(out, bytes);
  return out;
}

std::optional<std::string> base64url_decode(std::string_view text) {
  const std::size_t rest = text.size() % 4;
  if (rest == 1) return std::nullopt;  // six bits make no byte
  std::string out(text.size() / 4 * 3 + (rest == 0 ? 0 : rest - 1), '\0');
  const char* in = text.data();
  char* to = out.data();
  for (std::size_t groups = text.size() / 4; groups > 0; --groups, in += 4, to += 3) {
    const std::uint32_t bits = group(in, 4);
    if (bits >= foreign) return std::nullopt;
    put(to, bits, 3);
  }
  if (rest == 0) return out;

  const std::uint32_t bits = group(in, rest);
  // Bits that make no byte must be zero, or one sequence of bytes has many spellings (RFC 4648
  // §3.5).
  const std::uint32_t spare = rest == 2 ? 0xFFFF : 0xFF;
  if (bits >= foreign || (bits & spare) != 0) return std::nullopt;
  put(to, bits, rest - 1);
  return out;
}

}  // namespace restjwt::jose
