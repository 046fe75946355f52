#pragma once
// A Django site as the dump of `migrate django snippet` describes it. The dump comes from
// elsewhere: nothing in it is believed to be more than text of the right kind.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/json.hpp>
#include <restjwt/storage/user_table.hpp>

namespace restjwt::cli::migrate {

/// Where a key stands in the site's settings; never the key.
struct SiteKey {
  std::string kid{};    ///< in a table of keys
  std::string place{};  ///< "settings.SECRET_KEY", "JWT_AUTH.JWT_PUBLIC_KEY[1]"; nothing else
  bool is_in_table = false;
  std::size_t length = 0;
  bool is_pem = false;
  bool is_bytes = false;   ///< Python's bytes and not text
  bool is_object = false;  ///< an object of Python's cryptography
};

struct SiteKeys {
  enum class Shape { one, list, table };
  Shape shape = Shape::one;
  std::vector<SiteKey> entries{};
};

struct SiteColumn {
  std::string name{};    ///< Django's name of the field
  std::string column{};  ///< empty where the model has none
};

struct SiteUserModel {
  std::string model{};
  std::string table{};
  std::string id_column{};
  std::string id_kind{};  ///< "integer", "uuid", "other"
  std::string username_field{};
  std::string username_column{};
  std::size_t username_max_length = 0;  ///< 0: no limit
  bool username_is_unique = true;
  std::vector<SiteColumn> columns{};
  /// Columns that must have a value and that restjwt knows nothing of.
  std::vector<std::string> required{};
  /// Other tables in which columns of the user stand (a model that inherits from another).
  std::vector<std::string> other_tables{};
  std::size_t password_max_length = 0;
  std::string own_lookup{};          ///< a get_by_natural_key of the site's own
  std::string own_check_password{};  ///< likewise
  /// The table behind `user.profile`; empty where there is none.
  std::string profile_table{};
  std::string profile_id{};
  std::string profile_user{};

  /// The column of a field; empty where the model has none.
  const std::string& column(std::string_view name) const;
};

struct SiteHasher {
  std::string python_class{};
  std::string algorithm{};
  bool is_usable = false;  ///< false: its library is not installed there
};

struct SiteView {
  std::string kind{};  ///< "obtain", "refresh", "verify", "impersonate", "blacklist"
  std::string path{};  ///< as Django's pattern says it, which may be a regular expression
  std::string own_class{};
};

struct DjangoSite {
  std::string package{};  ///< "djangorestframework-jwt" or "drf-jwt"
  std::string version{};
  std::string python{};
  std::string django{};
  std::string rest_framework{};
  std::string settings_module{};
  SiteKey secret_key{};
  /// JWT_AUTH as the site set it: {"timedelta": seconds}, {"function": "a.b"}, {"secret": place}.
  Json jwt_auth{};
  /// What the release does where JWT_AUTH is silent.
  Json defaults{};
  SiteUserModel user{};
  std::vector<SiteHasher> hashers{};
  std::vector<std::string> backends{};
  std::string engine{};
  std::string database_file{};                   ///< of an SQLite database
  std::string database_url{};                    ///< of PostgreSQL, without the password
  std::optional<std::vector<SiteView>> views{};  ///< nothing: the URLs could not be read
  bool has_blacklist = false;
  Json rest_framework_settings{};
  bool append_slash = true;
  std::string language{};  ///< LANGUAGE_CODE
  std::vector<std::string> middleware{};
};

inline constexpr std::size_t max_dump_size = 1024 * 1024;

/// Throws WrongUsage naming the member that is wrong.
DjangoSite read_site(std::string_view dump);
/// The same from a file.
DjangoSite read_site_file(const std::string& file);

/// The keys of JWT_SECRET_KEY and its kin; none for null and for anything else.
SiteKeys keys_of(const Json& value);

/// As the store wants it.
storage::UserTable user_table(const SiteUserModel& model);

}  // namespace restjwt::cli::migrate
