#pragma once
// Pages of other origins: which of them a browser lets read our answers (the CORS protocol of the
// Fetch standard).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace restjwt::http {

/// By default nobody.
struct Cors {
  /// CORS_ALLOWED_ORIGINS, each as browsers send it: "https://app.example.com". Compared to the
  /// letter.
  std::vector<std::string> allowed_origins{};
  /// CORS_ALLOW_CREDENTIALS: whether those pages may use the cookies of their visitors too, to read
  /// and to act.
  bool allow_credentials = false;
  /// Header fields that those pages may send beside Authorization and the usual ones.
  std::vector<std::string> more_headers{};
};

/// Why this can be no member of Cors::allowed_origins, for the person who wrote it; nothing where
/// it can.
std::optional<std::string> refuse_origin(std::string_view origin);

}  // namespace restjwt::http
