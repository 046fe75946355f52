#pragma once
// Claims that an administrator's SQL reads.

#include "storage/id_form.hpp"
#include "storage/sqlite/pool.hpp"

#include <functional>
#include <string>

#include <restjwt/auth/user.hpp>
#include <restjwt/json.hpp>
#include <restjwt/result.hpp>

namespace restjwt::storage::sqlite {

/// See SqliteDatabase::claim_query(). `readers` must outlive the function.
Result<std::function<Json(const auth::UserId&)>, std::string> claim_query(
    Pool& readers, const std::string& sql, const HiddenColumns& hidden, IdForm form);

}  // namespace restjwt::storage::sqlite
