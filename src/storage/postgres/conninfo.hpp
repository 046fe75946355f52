#pragma once
// Where the database is, as libpq reads it.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/storage/postgres.hpp>

namespace restjwt::storage::postgres {

struct Timeouts {
  std::chrono::milliseconds connect{};
  std::chrono::milliseconds statement{};
  std::chrono::milliseconds lock{};
};
Timeouts timeouts_of(const PostgresOptions& options);

class ConnectionInfo {
 public:
  /// Throws StoreError, without the URL, when it is none.
  ConnectionInfo(const std::string& url, Timeouts timeouts);

  const Timeouts& timeouts() const noexcept { return timeouts_; }
  /// For PQconnectStartParams(): both end with a null pointer, and live as long as this.
  std::vector<const char*> keywords() const;
  std::vector<const char*> values() const;
  /// What libpq says of a failure, on one line; not when it has the password in it.
  std::string reason(std::string_view message) const;

 private:
  void set(std::string keyword, std::string value);
  void set_default(const char* keyword, std::string value);

  struct Setting {
    std::string keyword;
    std::string value;
  };
  std::vector<Setting> settings_{};
  Timeouts timeouts_;
};

}  // namespace restjwt::storage::postgres
