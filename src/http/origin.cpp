#include "http/origin.hpp"

#include <algorithm>

namespace restjwt::http {
namespace {

// A host name has 253 characters at most (RFC 1035 §2.3.4).
constexpr std::size_t longest = 300;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); }

bool is_host(std::string_view host) {
  const bool is_address = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  if (is_address) host = host.substr(1, host.size() - 2);
  const std::string_view marks = is_address ? ":." : "-._";
  return !host.empty() && std::ranges::all_of(host, [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || marks.find(c) != marks.npos;
  });
}

}  // namespace

std::optional<std::string> origin_of(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == url.npos) return std::nullopt;
  const auto end = std::min(url.find_first_of("/?#", colon + 3), url.size());
  if (end > longest) return std::nullopt;
  std::string origin(url.substr(0, end));
  std::ranges::transform(origin, origin.begin(), lower);

  const auto scheme = std::string_view(origin).substr(0, colon);
  if (scheme != "http" && scheme != "https") return std::nullopt;
  auto host = std::string_view(origin).substr(colon + 3);
  const auto port_at = host.rfind(':');
  if (port_at != host.npos && host.find(']', port_at) == host.npos) {
    const auto port = host.substr(port_at + 1);
    if (port.empty() || port.size() > 5 || !std::ranges::all_of(port, is_digit))
      return std::nullopt;
    host = host.substr(0, port_at);
    if (!is_host(host)) return std::nullopt;
    if (port == (scheme == "http" ? "80" : "443")) origin.resize(colon + 3 + port_at);
    return origin;
  }
  return is_host(host) ? std::optional(std::move(origin)) : std::nullopt;
}

}  // namespace restjwt::http
