#include <restjwt/http/key_routes.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>

#include "http/details.hpp"
#include "http/etag.hpp"

namespace restjwt::http {
namespace {

using Answering = std::function<Response(const Request&)>;

constexpr std::string_view jwks_path = "/.well-known/jwks.json";
constexpr std::string_view openid_path = "/.well-known/openid-configuration";
constexpr std::string_view oauth_path = "/.well-known/oauth-authorization-server";

struct Url {
  std::string_view scheme;
  std::string_view host;
  std::string_view path;  ///< without a slash at its end
};

bool is_number(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// The parts of a URL that names a host and a document; nothing for any other.
std::optional<Url> split_url(std::string_view text) {
  // Printable ASCII: it goes into JSON and, as a path, is compared byte by byte.
  const bool printable = std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < '\x7F' &&
           std::string_view("?#\"<>\\^`{|}").find(c) == std::string_view::npos;
  });
  const auto colon = text.find("://");
  if (!printable || colon == text.npos) return std::nullopt;
  Url url{.scheme = text.substr(0, colon), .host = text.substr(colon + 3), .path = {}};
  if (const auto slash = url.host.find('/'); slash != url.host.npos) {
    url.path = url.host.substr(slash);
    url.host = url.host.substr(0, slash);
    while (url.path.ends_with('/')) url.path.remove_suffix(1);
  }
  const auto end = url.host.starts_with('[') ? url.host.find(']') + 1 : url.host.find(':');
  const auto port = end >= url.host.size() ? std::string_view() : url.host.substr(end);
  url.host = url.host.substr(0, end);
  const bool port_is_sound = port.empty() || (port.front() == ':' && is_number(port.substr(1)));
  if (url.host.empty() || !port_is_sound || url.host.find('@') != url.host.npos)
    return std::nullopt;
  return url;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos);
}

std::string without_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

/// Public text, the same for everybody: any page may fetch it, and a cache may keep it.
Response public_answer(const Request& request, std::string_view body, std::string_view etag,
                       std::chrono::seconds max_age) {
  Response response;
  response.headers.add("Cache-Control", "public, max-age=" + std::to_string(max_age.count()));
  response.headers.add("ETag", etag);
  response.headers.add("Access-Control-Allow-Origin", "*");
  if (has_current(request, etag)) {
    response.status = 304;
    return response;
  }
  // Not application/jwk-set+json: gateways and client libraries ask for this one.
  response.headers.add("Content-Type", "application/json");
  response.body = body;
  return response;
}

Answering for_reading(const Messages& table, Answering answer) {
  return [&table, answer = std::move(answer)](const Request& request) {
    if (request.method == "GET" || request.method == "HEAD") return answer(request);
    Response response =
        detail(405, fill(table.method_not_allowed, "method", request.method), table);
    response.headers.add("Allow", "GET, HEAD");
    return response;
  };
}

/// Changes with the process only, so its text is its own tag: the two URLs, which have no quotes.
std::string metadata_etag(std::string_view issuer, std::string_view jwks_uri) {
  return "\"" + std::string(issuer) + "|" + std::string(jwks_uri) + "\"";
}

}  // namespace

bool is_discoverable(std::string_view text) {
  const auto url = split_url(text);
  return url && (url->scheme == "https" || (url->scheme == "http" && is_loopback(url->host)));
}

void add_key_routes(Routes& routes, auth::Service& service, const KeyRouteOptions& options) {
  if (!options.jwks_uri.empty() && !is_discoverable(options.jwks_uri))
    throw std::invalid_argument("jwks_uri: is no https URL without query and fragment");
  const Messages& table = routes.messages();
  const auto add = [&](std::string path, const Answering& answer) {
    routes.add_plain(std::move(path), Cost::fast, for_reading(table, answer));
  };
  const Answering keys = [&service, age = options.max_age](const Request& request) {
    const auto published = service.published_keys();
    return public_answer(request, published->json, "\"" + published->digest + "\"", age);
  };
  add(std::string(jwks_path), keys);

  const auto& issuer = service.settings().issuer;
  if (!issuer || !is_discoverable(*issuer)) return;
  const std::string uri =
      options.jwks_uri.empty() ? without_slash(*issuer) + std::string(jwks_path) : options.jwks_uri;
  const std::string body = to_text(Json::object({{"issuer", *issuer}, {"jwks_uri", uri}}));
  const Answering metadata = [body, etag = metadata_etag(*issuer, uri),
                              age = options.max_age](const Request& request) {
    return public_answer(request, body, etag, age);
  };
  const std::string path(split_url(*issuer)->path);
  add(std::string(openid_path), metadata);
  add(std::string(oauth_path), metadata);
  if (path.empty()) return;
  // Whether or not a proxy in front takes the path away.
  add(path + std::string(jwks_path), keys);
  add(path + std::string(openid_path), metadata);
  add(path + std::string(oauth_path), metadata);
  add(std::string(oauth_path) + path, metadata);
}

}  // namespace restjwt::http
