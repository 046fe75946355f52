#pragma once
// A recorded exchange (tests/data/exchanges, format in the head of replay_test.cpp).

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/auth/profile.hpp>
#include <restjwt/http/message.hpp>
#include <restjwt/json.hpp>

namespace restjwt::test {

struct Exchange {
  /// Where the request holds a token that the server issued in an earlier step, perhaps bent since.
  struct Use {
    int from_step = 0;
    std::string member{"token"};  ///< of that step's answer
    std::string recorded{};
    Json edit{};
  };
  /// A token in the answer.
  struct Issued {
    std::string pointer{};  ///< the member that holds it, or
    std::string cookie{};   ///< the cookie that does
    Json header{};
    Json payload{};
    bool echo = false;  ///< the very token that was sent
  };

  auth::Profile profile{};
  bool pairs = false;  ///< of simplejwt
  std::string id{};
  std::string scenario{};
  int step = 0;
  /// Name → Python source of the value.
  std::map<std::string, std::string> settings{};
  std::int64_t at = 0;  ///< seconds
  std::int64_t at_us = 0;
  std::string method{};
  std::string target{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  http::Response response{};
  std::vector<Issued> issued{};
  std::vector<Use> uses{};
};

/// The tokens our server has issued, by the step and the member that held them.
using IssuedTokens = std::map<std::pair<int, std::string>, std::string>;

/// All exchanges of a file, one a line. Throws std::runtime_error when one cannot be read.
std::vector<Exchange> read_exchanges(const std::filesystem::path& file);

/// The request's bytes, with our tokens in the place of the recorded ones, but for those of a step
/// that issued none.
std::string request_bytes(const Exchange& exchange, const IssuedTokens& tokens);

/// The token as `edit` says it was bent: {"append": …}, {"insert": …, "before_last": n} or
/// {"first_signature_char": …}; null leaves it alone.
std::string bend(std::string token, const Json& edit);

/// Standard base64, padded.
std::string from_base64(std::string text);

}  // namespace restjwt::test
