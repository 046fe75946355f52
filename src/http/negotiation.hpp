#pragma once
// Which form of answer does the client want? DRF's content negotiation with JSON as the only
// renderer.

#include <optional>
#include <string>
#include <string_view>

#include <restjwt/http/message.hpp>

namespace restjwt::http {

enum class Refusal { none, not_acceptable, unknown_format };

struct Negotiated {
  Refusal refusal = Refusal::none;
  std::string content_type = "application/json";
  std::optional<unsigned> indent{};  ///< asked for by "application/json; indent=4": 0 to 8
};

/// `browsable`: the release had an HTML page too; whoever asks for that gets JSON and no refusal.
Negotiated negotiate(const Request& request, bool browsable = false);

}  // namespace restjwt::http
