#include "http/cors.hpp"

#include <algorithm>

#include "http/origin.hpp"

namespace restjwt::http {
namespace {

std::optional<std::string> allowed_origin(const Request& request, const Cors& cors) {
  auto origin = request.headers.joined("Origin");
  if (!origin || std::ranges::find(cors.allowed_origins, *origin) == cors.allowed_origins.end())
    return std::nullopt;
  return origin;
}

}  // namespace

std::optional<std::string> refuse_origin(std::string_view origin) {
  if (origin == "*")
    return "\"*\" would let every page on the internet read the answers; name each origin";
  if (origin == "null")
    return "\"null\" is the origin of any page in a sandbox, whoever made it; name each origin";
  const auto sent = origin_of(origin);
  if (!sent) return R"(expected an origin such as "https://app.example.com")";
  if (*sent != origin) return "browsers send this origin as \"" + *sent + "\"; write it so";
  return std::nullopt;
}

std::optional<Response> preflight(const Request& request, const Cors& cors) {
  if (cors.allowed_origins.empty() || request.method != "OPTIONS") return std::nullopt;
  if (!request.headers.find("Access-Control-Request-Method") || !allowed_origin(request, cors))
    return std::nullopt;
  Response response;
  response.headers.add("Access-Control-Allow-Methods", "DELETE, GET, HEAD, OPTIONS, POST");
  std::string headers = "accept, authorization, content-type, x-csrftoken, x-requested-with";
  for (const auto& name : cors.more_headers) headers += ", " + name;
  response.headers.add("Access-Control-Allow-Headers", headers);
  response.headers.add("Access-Control-Max-Age", "86400");
  return response;
}

void add_cors_headers(Response& response, const Request& request, const Cors& cors) {
  if (cors.allowed_origins.empty()) return;
  const auto vary = response.headers.find("Vary");
  response.headers.set("Vary", vary ? std::string(*vary) + ", origin" : "origin");
  const auto origin = allowed_origin(request, cors);
  if (!origin) return;
  response.headers.add("Access-Control-Allow-Origin", *origin);
  if (cors.allow_credentials) response.headers.add("Access-Control-Allow-Credentials", "true");
  response.headers.add("Access-Control-Expose-Headers", "Retry-After, WWW-Authenticate");
}

}  // namespace restjwt::http
