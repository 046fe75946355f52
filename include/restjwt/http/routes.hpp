#pragma once
// (path, method) → view: the table, and everything around a view that every view has.

#include <exception>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/profile.hpp>
#include <restjwt/http/cors.hpp>
#include <restjwt/http/views.hpp>

namespace restjwt::http {

/// Paths match exactly: no decoding, no case folding, no suffixes. A path without its trailing
/// slash answers 301 to the slashed one. Unknown paths answer 404 in JSON. Filled once, then safe
/// from many threads at once.
class Routes {
 public:
  /// `scheme`: how clients reach this host, "http" or "https" (a proxy in front may speak TLS).
  explicit Routes(auth::Profile profile, std::string scheme = "http");

  /// A segment "{…}" of the path stands for any one that is not empty, and is handed to the view. A
  /// path without such goes before.
  void add(std::string path, View view);
  /// Health checks and the like: answered as they are, without negotiation.
  void add_plain(std::string path, Cost cost, std::function<Response(const Request&)> answer);

  /// Lets pages of other origins read answers. Throws std::invalid_argument for an origin that
  /// refuse_origin() refuses.
  void allow(Cors cors);

  /// What answering this request costs. Asked before answer().
  Cost cost(const Request& request) const noexcept;

  /// The answer, ready to be sent: HEAD has no body, every answer has its headers. Nothing when
  /// Reach::memory is not enough. Never throws: a login that auth::Throttled refuses is 429, a
  /// failing store 503, anything unforeseen a bare 500 with the request id.
  Answer answer(const Request& request, auth::Reach reach) const;
  /// The same, always an answer.
  Response answer(const Request& request) const;

  /// The answer of a host that cannot ask for one: {"detail": …} in the shape of the profile.
  Response refuse(const Request& request, int status, std::string_view detail) const;

  /// Called for every 503 and 500 that answer() makes of an exception, from the thread it happened
  /// on.
  void on_failure(std::function<void(const Request&, const std::exception&)> report);

  const Messages& messages() const noexcept { return *messages_; }

 private:
  Answer route(const Request& request, auth::Reach reach) const;

  const View* find(std::string_view path) const noexcept;
  /// What stands for each "{…}".
  std::vector<std::string> parameters_in(std::string_view path) const;

  struct Plain {
    Cost cost;
    std::function<Response(const Request&)> answer;
  };
  const Messages* messages_;
  std::string scheme_;
  Cors cors_;
  std::map<std::string, View, std::less<>> views_;
  std::vector<std::pair<std::string, View>> patterns_;  // paths with "{…}" in them
  std::map<std::string, Plain, std::less<>> plain_;
  std::function<void(const Request&, const std::exception&)> report_;
};

/// `/api-token-auth/`, `/api-token-refresh/`, `/api-token-verify/`.
void add_token_routes(Routes& routes, auth::Service& service, const BodyLimits& limits = {});

/// An error in the shape of the profile, for hosts that refuse a request before it has a route:
/// {"detail": …} with the headers every answer has.
Response error_response(int status, std::string_view detail, const Messages& table);

}  // namespace restjwt::http
