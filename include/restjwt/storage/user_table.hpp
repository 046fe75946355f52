#pragma once
// Whose table the users are in: Django's auth_user, a custom user model, or anything like them.

#include <optional>
#include <string>

namespace restjwt::storage {

/// Names of a table and its columns; all are identifiers, never SQL. An optional column is the one
/// of Django's name where the table has it; a name given here must be there, and "" means that
/// there is none even if the table has a column of that name.
struct UserTable {
  std::string name = "auth_user";
  /// Must be unique. By the type it is declared with: an integer; a UUID, in char(32) without
  /// dashes (Django's SQLite back end) or in uuid with them; or other text, taken as it is, of
  /// which an id of digits only finds nobody, since a claim of digits is a number.
  std::string id = "id";
  /// Django's USERNAME_FIELD. Must be unique.
  std::string username = "username";
  std::string password = "password";
  /// Where there is none, every user is active.
  std::optional<std::string> is_active{};
  std::optional<std::string> email{};
  std::optional<std::string> first_name{};
  std::optional<std::string> last_name{};
  std::optional<std::string> is_staff{};
  std::optional<std::string> is_superuser{};
  std::optional<std::string> date_joined{};
  std::optional<std::string> last_login{};

  /// User::secret_key: a column of the table, or one SELECT with one parameter, the user's id as
  /// the table keeps it, and one text. At most one of the two. A UUID in a column char(32) is the
  /// key that str() of it is in Python: with dashes. The SELECT is taken as
  /// SqliteDatabase::claim_query() takes it: it never reads a password.
  std::string secret_key_column{};
  std::string secret_key_sql{};
  /// User::profile_id: the same kind of SELECT.
  std::string profile_id_sql{};
};

}  // namespace restjwt::storage
