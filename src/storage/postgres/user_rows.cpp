#include "storage/postgres/user_rows.hpp"

#include "storage/own_rows.hpp"

namespace restjwt::storage::postgres {
namespace {

/// A moment as Django's SQLite back end writes it; the session's time zone is UTC.
std::string moment(std::string text) {
  constexpr std::string_view utc = "+00";
  if (text.ends_with(utc)) text.resize(text.size() - utc.size());
  return text;
}

}  // namespace

auth::User UserRows::user_in(const Rows& row) const {
  return {.id = user_id_in(row, 0, id_form_),
          .username = row.text(1),
          .email = has_email_ ? std::optional(row.text(2)) : std::nullopt,
          .first_name = row.text(3),
          .last_name = row.text(4),
          .is_active = row.flag(5),
          .is_staff = row.flag(6),
          .is_superuser = row.flag(7),
          .date_joined = moment(row.text(8)),
          .last_login = moment(row.text(9)),
          .password = row.text(10),
          .secret_key = Secret::take(
              id_text(secret_is_uuid_ ? IdForm::hex_uuid : IdForm::text, row.text(11)))};
}

std::optional<std::string> id_as_text(IdForm form, const auth::UserId& id) {
  const auto stored = stored_id(form, id);
  if (!stored || !Parameter(*stored).can_be_stored()) return std::nullopt;
  return Parameter(*stored).text();
}

bool can_be_stored(std::string_view text) { return Parameter(text).can_be_stored(); }

}  // namespace restjwt::storage::postgres
