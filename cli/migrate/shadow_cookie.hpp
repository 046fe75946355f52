#pragma once
// The Set-Cookie headers of two answers.

#include <map>
#include <string>
#include <string_view>

#include <restjwt/http/message.hpp>

namespace restjwt::cli::migrate {

struct Cookie {
  std::string value{};
  /// Names in lower case. Of `expires` only that it is there: releases write the date differently,
  /// and Max-Age says the same.
  std::map<std::string, std::string> attributes{};
};

/// By name; of two equal names the last counts, as in a browser.
std::map<std::string, Cookie> cookies_of(const http::Headers& headers);

}  // namespace restjwt::cli::migrate
