#pragma once
// An administrator's SELECT about one user.

#include "storage/sqlite/connection.hpp"

#include <string>
#include <string_view>

#include <restjwt/json.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::storage::sqlite {

/// Why the statement is not a single SELECT with one parameter that leaves those columns alone;
/// empty when it is. `reader` takes SELECT statements only.
std::string objection(Connection& reader, const std::string& sql, const HiddenColumns& hidden);

/// The first column of the first row, null where there is none. Throws StoreError, which calls the
/// value `what`, when it is no JSON value, and after about a second of work.
Json guarded_select(Connection& reader, std::string_view sql, const Value& id,
                    std::string_view what);

/// The same for a secret. What is no text is no secret: an error would tell a stranger, who needs
/// no token for it, that there is such a user.
Secret guarded_secret(Connection& reader, std::string_view sql, const Value& id);

}  // namespace restjwt::storage::sqlite
