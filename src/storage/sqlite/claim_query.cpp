#include "storage/sqlite/claim_query.hpp"

#include "storage/sqlite/guarded_select.hpp"

namespace restjwt::storage::sqlite {

Result<std::function<Json(const auth::UserId&)>, std::string> claim_query(
    Pool& readers, const std::string& sql, const HiddenColumns& hidden, IdForm form) {
  if (auto reason = objection(*readers.take(), sql, hidden); !reason.empty()) return reason;
  return std::function([&readers, sql, form](const auth::UserId& id) -> Json {
    const auto stored = stored_id(form, id);
    if (!stored) return nullptr;
    return guarded_select(*readers.take(), sql, *stored, "a claim's value");
  });
}

}  // namespace restjwt::storage::sqlite
