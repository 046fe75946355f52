#pragma once
// One library at work with one key. What a user prepares once (a key object, where the library has
// such a thing) is made by the factory; what remains for each request is verify() or sign().

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <restjwt/clock.hpp>
#include <restjwt/json.hpp>

namespace bench {

/// What all contenders of an algorithm share (token/material.py).
struct Material {
  std::string algorithm;
  std::string secret;                   ///< HS256
  std::string private_pem, public_pem;  ///< the others
  std::string jwk;                      ///< private; empty for EdDSA
  std::string token, forged, expired;
  restjwt::Json claims;
  restjwt::TimePoint now;
};

struct Refused : std::runtime_error {
  Refused() : std::runtime_error("the library refused what it should take") {}
};

class Contender {
 public:
  virtual ~Contender() = default;
  /// From the text to claims whose signature and "exp" have been checked; throws otherwise.
  virtual void verify(const std::string& token) = 0;
  /// From claims, held as the library's own value, to the text of a token, which lives until the
  /// next call. Empty: this one makes signatures only.
  virtual std::string_view sign() = 0;
};

// None where the library has not got the algorithm.
using Factory = std::unique_ptr<Contender> (*)(const Material& material);
std::unique_ptr<Contender> make_restjwt(const Material& material);
std::unique_ptr<Contender> make_limit(const Material& material);
std::unique_ptr<Contender> make_libjwt(const Material& material);
std::unique_ptr<Contender> make_cpp_jwt(const Material& material);
std::unique_ptr<Contender> make_cjose(const Material& material);

}  // namespace bench
