#include "auth/password_text.hpp"

#include <charconv>

#include <openssl/evp.h>

namespace restjwt::auth {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> fields;
  for (;;) {
    const auto end = text.find(separator);
    fields.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return fields;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint32_t> decimal(std::string_view text, std::uint32_t most) {
  std::uint32_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end || value > most) return std::nullopt;
  if (text.front() == '0' && text.size() > 1) return std::nullopt;
  return value;
}

bool consists_of(std::string_view text, std::string_view alphabet) {
  return text.find_first_not_of(alphabet) == std::string_view::npos;
}

std::string base64(std::string_view bytes) {
  // EVP_EncodeBlock writes a NUL behind the text; that is where std::string keeps its own.
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return text;
}

std::string base64_unpadded(std::string_view bytes) {
  std::string text = base64(bytes);
  text.resize((bytes.size() * 4 + 2) / 3);
  return text;
}

std::optional<std::string> base64_unpadded_decode(std::string_view text) {
  std::string padded(text);
  padded.resize((text.size() + 3) / 4 * 4, '=');
  std::string bytes(padded.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(padded.data()),
                                   static_cast<int>(padded.size()));
  if (size < 0) return std::nullopt;
  bytes.resize(text.size() * 3 / 4);  // the decoder counts the padding as bytes
  // It also skips white space and ignores spare bits: what does not encode back was not canonical.
  if (base64_unpadded(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace restjwt::auth
