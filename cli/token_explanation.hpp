#pragma once
// What can be said of a token, every check by its name, offline. Nothing here decides whether a
// token is good: that is jose::decode().

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/clock.hpp>
#include <restjwt/json.hpp>

#include "server/config.hpp"

namespace restjwt::cli {

enum class Outcome { passed, failed, unchecked, note };

struct Check {
  const char* name;
  Outcome outcome;
  std::string value;
  const char* rule;
  std::string fix{};
  bool from_token = false;  ///< the value was read from the token
};

/// `config` must outlive it.
class Explanation {
 public:
  /// Reads the keys that take turns, where there are such. Throws auth::StoreError.
  Explanation(const server::Config& config, TimePoint now);

  void explain(std::string_view token);
  bool is_verified() const { return verified_; }
  bool failed() const {
    return std::ranges::any_of(checks_,
                               [](const Check& c) { return c.outcome == Outcome::failed; });
  }
  const std::vector<Check>& checks() const { return checks_; }

 private:
  struct Parts {
    std::string_view header, claims, signature;
  };

  void add(Check check) { checks_.push_back(std::move(check)); }
  void judge(bool good, Check check, std::string fix);
  std::optional<Parts> split(std::string_view token);
  std::optional<Json> read_part(const char* name, std::string_view encoded);
  std::vector<jose::Algorithm> algorithms() const;
  void check_header(const Json& header);
  void check_signature();
  bool is_taken_alone(const Json& claims, std::string_view name) const;
  std::error_code verdict(std::string_view token) const;
  void check_time(const Json& claims, const char* name, const char* rule, const char* fix);
  void check_audience(const Json& claims);
  void check_issuer(const Json& claims);
  void check_window(const Json& claims);
  void check_type(const Json& claims);
  void check_user(const Json& claims);

  const server::Config& config_;
  const auth::Settings& settings_;
  TimePoint now_;
  jose::KeySet keys_;
  jose::Validation rules_;
  std::error_code verdict_{};
  std::vector<Check> checks_{};
  bool verified_ = false;
};

}  // namespace restjwt::cli
