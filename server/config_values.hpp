#pragma once
// What the values of settings look like: durations, sizes, addresses, secret files.
// Each reader answers a value, or what was expected instead. No answer repeats a secret.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <restjwt/json.hpp>
#include <restjwt/result.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::server {

template <class T>
using Read = Result<T, std::string>;

/// Seconds as a number (62, 1.5) or text: "5m", "1h", "7d", "90s", "500ms", "60". At most 100
/// years.
Read<std::chrono::microseconds> read_duration(const Json& value);
std::string duration_text(std::chrono::microseconds value);

/// Bytes as an integer, or text: "64KiB", "1MiB".
Read<std::size_t> read_size(const Json& value, std::size_t least, std::size_t most);
Read<std::size_t> read_count(const Json& value, std::size_t least, std::size_t most);
std::string size_text(std::size_t bytes);

struct Address {
  std::string host;  ///< numeric, without brackets
  std::uint16_t port = 0;
  bool is_loopback() const;
  std::string text() const;
};
/// "127.0.0.1:8000", "[::1]:8000", "localhost:8000".
Read<Address> read_address(std::string_view text);

/// The content of a secret file without one trailing newline. Refused when others may write it, and
/// when it is longer than 64 KiB. (That others may read it is warned of: containers mount secrets
/// so.)
Read<Secret> read_secret_file(const std::filesystem::path& file);

}  // namespace restjwt::server
