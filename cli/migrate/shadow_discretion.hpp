#pragma once
// What of an exchange may be printed. Whatever a client sent may be a secret, and an answer may
// repeat it; so no text of an answer is shown that holds any value of its request.

#include <string>
#include <string_view>
#include <vector>

#include <restjwt/http/message.hpp>
#include <restjwt/json.hpp>

namespace restjwt::cli::migrate {

class Discretion {
 public:
  /// Reads body, query, Authorization and Cookie. Where the body cannot be read, nothing that could
  /// stand in it is shown.
  explicit Discretion(const http::Request& request);

  /// Whether `text` is short, holds no token and nothing that the client sent.
  bool allows(std::string_view text) const;
  /// `text` in quotes, or the bare word "text".
  std::string quoted(std::string_view text) const;
  /// `text`, or "…".
  std::string plain(std::string_view text) const;

  /// The path of the request: every part that looks like an identifier or a token is "…", so that
  /// requests of one kind have one path.
  static std::string path(const http::Request& request);

 private:
  void collect(const Json& value);
  void collect_credentials(std::string_view text);
  void collect_cookies(std::string_view text);
  void add(std::string_view value);

  std::vector<std::string> sent_;
  bool unreadable_ = false;
};

}  // namespace restjwt::cli::migrate
