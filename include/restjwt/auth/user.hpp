#pragma once
// Users, and where they are kept. The fields are those of Django's auth_user.

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <restjwt/clock.hpp>
#include <restjwt/json.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::auth {

/// A primary key: an integer, or text such as a UUID (in its canonical form: lower case, with
/// dashes).
class UserId {
 public:
  UserId() = default;
  UserId(std::int64_t number) : value_(number) {}
  explicit UserId(std::string text) : value_(std::move(text)) {}

  bool is_number() const noexcept { return std::holds_alternative<std::int64_t>(value_); }
  std::int64_t number() const { return std::get<std::int64_t>(value_); }
  const std::string& text() const { return std::get<std::string>(value_); }

  /// As a claim: a number, or a string.
  Json to_json() const { return is_number() ? Json(number()) : Json(text()); }
  /// As Python's int() or str() would look it up: 7, 7.0, "7" and true find a number; 32 digits are
  /// text, as they may be a UUID; anything that can be no primary key is nothing.
  static std::optional<UserId> from_json(const Json& claim);

  friend auto operator<=>(const UserId&, const UserId&) = default;

 private:
  std::variant<std::int64_t, std::string> value_ = std::int64_t{0};
};

struct User {
  UserId id{};
  /// The value of USERNAME_FIELD, which may be an e-mail address.
  std::string username{};
  /// Nothing when the table has no such column: then the claim is left out too.
  std::optional<std::string> email = "";
  std::string first_name{};
  std::string last_name{};
  bool is_active = true;
  bool is_staff = false;
  bool is_superuser = false;
  /// As Django's SQLite back end writes them, UTC: "YYYY-MM-DD HH:MM:SS[.ffffff]"; empty for NULL.
  std::string date_joined{};
  std::string last_login{};
  /// The encoded hash, never a password.
  std::string password{};
  /// What JWT_GET_USER_SECRET_KEY gives for this user; empty where that is not set.
  Secret secret_key{};
  /// The primary key of the user's profile (the claim user_profile_id of drf-jwt); null where there
  /// is none.
  Json profile_id{};
};
using UserPtr = std::shared_ptr<const User>;

/// The name as Django's create_user stores it: in Unicode's form NFKC, so that two names that look
/// alike are one. Nothing when it is not UTF-8.
std::optional<std::string> normalize_username(std::string_view username);
/// The address as Django's create_user stores it: the part after the last "@" in lower case, no
/// white space around; without "@" as it is.
std::string normalize_email(std::string_view email);

/// The store cannot answer now: locked, full, unreachable, damaged. Carries no SQL and no values.
struct StoreError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Another process holds the store's lock. Nothing it has not finished can be seen yet, so what was
/// read before is still true.
struct StoreBusy : StoreError {
  using StoreError::StoreError;
};

/// The store that was opened is not there any more; another may be in its place. It will not come
/// back.
struct StoreReplaced : StoreError {
  using StoreError::StoreError;
};

/// Where users are. Every call may block, is safe from many threads at once, is atomic, and throws
/// StoreError when the store fails.
class UserStore {
 public:
  virtual ~UserStore() = default;

  virtual std::optional<User> find_by_id(const UserId& id) = 0;
  /// Exact: with regard to case, no Unicode normalisation. May leave secret_key and profile_id
  /// empty, which find_by_id() fills: what they cost must not tell before a password is right.
  virtual std::optional<User> find_by_username(std::string_view username) = 0;
  /// Up to `limit` users in the order of their ids, those after `after` only; as
  /// find_by_username() finds them.
  virtual std::vector<User> list(std::optional<UserId> after, std::size_t limit) = 0;

  /// Adds the user and gives it an id (user.id is not looked at); nothing when the name is taken.
  virtual std::optional<User> add(const User& user) = 0;
  /// False when there is no such user.
  virtual bool set_password(const UserId& id, std::string_view encoded) = 0;
  /// Writes only while the stored hash is still `expected`: an upgrade at login never undoes a
  /// password change that happened meanwhile.
  virtual bool replace_password(const UserId& id, std::string_view expected,
                                std::string_view encoded) = 0;
  virtual bool set_active(const UserId& id, bool active) = 0;
  /// False too where the table has no such column.
  virtual bool set_last_login(const UserId& id, TimePoint instant) = 0;
  virtual bool remove(const UserId& id) = 0;

  /// An encoded hash of the algorithm and cost that most users have; empty when there is none.
  virtual std::string commonest_password() = 0;
  /// Among all stored passwords the highest iteration count of pbkdf2_sha256 that check_password()
  /// would take; 0 when there is none. Reads every password: slow.
  virtual std::uint32_t highest_pbkdf2_iterations() = 0;
  /// A number that differs from the last one when another connection or process has changed a
  /// user, or anything else. Cheap: meant to be asked several times a second.
  virtual std::int64_t change_counter() = 0;
  /// Throws StoreError when the store would not answer.
  virtual void ping() = 0;
};

}  // namespace restjwt::auth
