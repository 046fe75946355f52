#pragma once
// Validators of an answer (RFC 9110 §8.8.3, §13.1.2).

#include <string_view>

#include <restjwt/http/message.hpp>

namespace restjwt::http {

/// Whether If-None-Match holds "*" or this tag; compared weakly, as for GET. A field that is no
/// list of tags matches nothing.
bool has_current(const Request& request, std::string_view etag);

}  // namespace restjwt::http
