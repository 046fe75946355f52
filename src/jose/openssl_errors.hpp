#pragma once

#include <openssl/err.h>

namespace restjwt::jose {

/// OpenSSL queues errors per thread; what we leave there would be read as the failure of the next
/// TLS connection. Errors queued before stay.
struct OpensslErrorsForgotten {
  OpensslErrorsForgotten() { ERR_set_mark(); }
  ~OpensslErrorsForgotten() { ERR_pop_to_mark(); }
  OpensslErrorsForgotten(const OpensslErrorsForgotten&) = delete;
  OpensslErrorsForgotten& operator=(const OpensslErrorsForgotten&) = delete;
};

}  // namespace restjwt::jose
