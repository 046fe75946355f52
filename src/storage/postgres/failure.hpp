#pragma once
// What PostgreSQL refused, in words of our own: the server's may quote statements and values.

#include <string>

namespace restjwt::storage::postgres {

/// By the code (https://www.postgresql.org/docs/15/errcodes-appendix.html). Throws ConstraintFailed
/// or StoreError; never StoreBusy, which would say that nothing can have happened meanwhile.
[[noreturn]] void fail(const std::string& sqlstate);

/// What was prepared is not what the server has any more: the tables were altered, or a proxy gave
/// us another server.
bool has_outdated_statements(const std::string& sqlstate);

}  // namespace restjwt::storage::postgres
