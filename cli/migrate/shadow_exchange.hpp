#pragma once
// One request and what two servers answered to it: the old one, and ours beside it.

#include <chrono>
#include <string>

#include <restjwt/http/message.hpp>
#include <restjwt/result.hpp>

namespace restjwt::cli::migrate {

struct Answer {
  http::Response response{};
  std::string reason{};  ///< the words behind the status
};

/// An answer, or in a few words why there is none: "no answer within 30 s".
using Reply = Result<Answer, std::string>;

struct Exchange {
  http::Request request{};
  Reply old;
  Reply ours;
  /// From the question to the old server to our answer: how much later our clock may have been
  /// read.
  std::chrono::seconds lag{0};
};

}  // namespace restjwt::cli::migrate
