#pragma once
// DRF's shape for what is wrong with a request as a whole.

#include <restjwt/http/views.hpp>

namespace restjwt::http {

/// {"detail": sentence}
inline Response detail(int status, std::string_view sentence, const Messages& table) {
  return json_response(status, Json::object({{"detail", sentence}}), table);
}

}  // namespace restjwt::http
