#include "server/config_values.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <optional>

namespace restjwt::server {
namespace {

using std::chrono::microseconds;

struct Unit {
  std::string_view name;
  std::int64_t factor;
};
constexpr Unit durations[] = {{"d", 86'400'000'000},
                              {"h", 3'600'000'000},
                              {"m", 60'000'000},
                              {"s", 1'000'000},
                              {"ms", 1'000}};
constexpr Unit sizes[] = {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}};

struct Quantity {
  double number;
  std::string_view unit;
};

std::optional<Quantity> split_quantity(std::string_view text) {
  Quantity quantity{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), quantity.number);
  if (error != std::errc() || !std::isfinite(quantity.number)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  quantity.unit = text;
  return quantity;
}

template <std::size_t n>
std::optional<double> scale(const Quantity& quantity, const Unit (&units)[n], double without_unit) {
  if (quantity.unit.empty()) return quantity.number * without_unit;
  for (const auto& unit : units)
    if (unit.name == quantity.unit) return quantity.number * static_cast<double>(unit.factor);
  return std::nullopt;
}

Read<std::size_t> in_range(std::optional<double> value, std::size_t least, std::size_t most,
                           const char* what) {
  if (!value || *value != std::floor(*value) || *value < static_cast<double>(least) ||
      *value > static_cast<double>(most))
    return "expected " + std::string(what) + " from " + std::to_string(least) + " to " +
           std::to_string(most);
  return static_cast<std::size_t>(*value);
}

std::optional<double> number_of(const Json& value) {
  return value.is_number() ? std::optional(value.as_double()) : std::nullopt;
}

}  // namespace

Read<microseconds> read_duration(const Json& value) {
  constexpr double longest = 36'500.0 * 86'400e6;
  auto micros = number_of(value);
  if (micros) *micros *= 1e6;
  if (value.is_string())
    if (const auto quantity = split_quantity(value.as_string()))
      micros = scale(*quantity, durations, 1e6);
  if (!micros || !std::isfinite(*micros))
    return std::string(R"(expected seconds, or text such as "90s", "5m", "1h" or "7d")");
  if (std::abs(*micros) > longest) return std::string("expected at most 100 years");
  return microseconds(std::llround(*micros));
}

std::string duration_text(microseconds value) {
  for (const auto& unit : durations)
    if (value.count() != 0 && value.count() % unit.factor == 0)
      return std::to_string(value.count() / unit.factor) + std::string(unit.name);
  char text[32];
  std::snprintf(text, sizeof text, "%.6gs", static_cast<double>(value.count()) / 1e6);
  return text;
}

Read<std::size_t> read_count(const Json& value, std::size_t least, std::size_t most) {
  return in_range(value.is_int() ? number_of(value) : std::nullopt, least, most, "an integer");
}

Read<std::size_t> read_size(const Json& value, std::size_t least, std::size_t most) {
  auto bytes = value.is_int() ? number_of(value) : std::nullopt;
  if (value.is_string())
    if (const auto quantity = split_quantity(value.as_string())) bytes = scale(*quantity, sizes, 1);
  return in_range(bytes, least, most, R"(bytes, or text such as "64KiB",)");
}

std::string size_text(std::size_t bytes) {
  for (const auto& unit : sizes)
    if (bytes != 0 && bytes % static_cast<std::size_t>(unit.factor) == 0 && unit.factor > 1)
      return std::to_string(bytes / static_cast<std::size_t>(unit.factor)) + std::string(unit.name);
  return std::to_string(bytes) + "B";
}

bool Address::is_loopback() const { return host == "::1" || host.starts_with("127."); }

std::string Address::text() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Read<Address> read_address(std::string_view text) {
  const std::string expected =
      R"(expected a numeric address and a port, such as "127.0.0.1:8000" or "[::1]:8000")";
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return expected;
  std::string host(text.substr(0, colon));
  const auto digits = text.substr(colon + 1);
  Address address;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (error != std::errc() || end != digits.data() + digits.size()) return expected;
  if (host == "localhost") host = "127.0.0.1";
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  unsigned char bytes[sizeof(in6_addr)];
  if (host.find('\0') != std::string::npos ||
      inet_pton(bracketed ? AF_INET6 : AF_INET, host.c_str(), bytes) != 1)
    return expected;
  address.host = std::move(host);
  return address;
}

Read<Secret> read_secret_file(const std::filesystem::path& file) {
  constexpr std::size_t longest = 64 * 1024;
  const std::string name = file.string();
  struct Descriptor {
    int number;
    ~Descriptor() {
      if (number >= 0) close(number);
    }
  } const descriptor{open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
  if (descriptor.number < 0) return "cannot read " + name + ": " + std::strerror(errno);
  struct stat status {};
  if (fstat(descriptor.number, &status) != 0)
    return "cannot read " + name + ": " + std::strerror(errno);
  if (S_ISDIR(status.st_mode)) return name + " is a folder";
  if (!S_ISREG(status.st_mode)) return name + " is no regular file, so reading it might never end";
  if (status.st_mode & (S_IWOTH | S_IWGRP))
    return name + " can be written by others; make it yours alone: chmod 600 " + name;

  std::string bytes(longest + 3, '\0');
  std::size_t size = 0;
  for (ssize_t got = 1; got > 0 && size < bytes.size(); size += static_cast<std::size_t>(got)) {
    got = read(descriptor.number, bytes.data() + size, bytes.size() - size);
    if (got < 0) {
      wipe(bytes);
      return "cannot read " + name + ": " + std::strerror(errno);
    }
  }
  std::string_view content(bytes.data(), size);
  if (content.ends_with('\n')) content.remove_suffix(content.ends_with("\r\n") ? 2 : 1);
  Secret secret(content);
  wipe(bytes);
  if (secret.size() > longest) return name + " is longer than 64 KiB";
  return secret;
}

}  // namespace restjwt::server
