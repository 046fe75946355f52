#pragma once
// How a table keeps primary keys.

#include "storage/value.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <restjwt/auth/user.hpp>

namespace restjwt::storage {

/// What Python's uuid.UUID() reads, as str() of that would write it: lower case, with dashes.
std::optional<std::string> canonical_uuid(std::string_view text);

enum class IdForm {
  number,
  hex_uuid,     ///< 32 lower-case hex digits: Django's UUIDField where the database has no UUIDs
  dashed_uuid,  ///< the canonical form
  text,         ///< as it is
};

/// By the column's declared type; nothing when it can hold no id.
std::optional<IdForm> id_form(std::string_view declared_type);

/// The id as the table would hold it; nothing when the table can have no such user.
std::optional<Value> stored_id(IdForm form, const auth::UserId& id);
/// The id that a text column holds; a UUID in its canonical form.
std::string id_text(IdForm form, std::string stored);

}  // namespace restjwt::storage
