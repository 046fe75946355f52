#include <restjwt/storage/sqlite.hpp>

#include <stdexcept>
#include <system_error>

#include "storage/sqlite/backup.hpp"
#include "storage/sqlite/claim_query.hpp"
#include "storage/sqlite/migrations.hpp"
#include "storage/sqlite/pool.hpp"
#include "storage/sqlite/stores.hpp"
#include "storage/sqlite/table_info.hpp"
#include "storage/sqlite/user_store.hpp"
#include "storage/sqlite/user_triggers.hpp"
#include "storage/user_columns.hpp"

namespace restjwt::storage {
namespace {

/// Decided once: the first connection may make a log that the last one removes.
sqlite::Access access_to(const SqliteOptions& options) {
  if (!options.read_only) return sqlite::Access::write;
  std::error_code ignored;
  const bool has_log = std::filesystem::exists(options.file.string() + "-wal", ignored) ||
                       std::filesystem::exists(options.file.string() + "-journal", ignored);
  return has_log ? sqlite::Access::untouched : sqlite::Access::read;
}

}  // namespace

struct SqliteDatabase::Impl : sqlite::Pools {
  const UserTable user_table;

  void require_sessions() {
    const auto found = sqlite::schema_version(*readers.take());
    if (found != sqlite::newest_schema_version())
      throw auth::StoreError("the database has schema version " + std::to_string(found) +
                             ", this program needs " +
                             std::to_string(sqlite::newest_schema_version()));
  }

  UserColumns columns() {
    return find_columns(user_table, sqlite::table_named(*monitor.take(), user_table.name));
  }

  explicit Impl(const SqliteOptions& options) : user_table(options.users) {
    if (options.create) sqlite::make_private_file(options.file);
    file.remember(options.file);
    const auto access = access_to(options);
    const auto connect = [&options, access] {
      return std::make_unique<sqlite::Connection>(options.file, options.busy_timeout, access);
    };
    writer.add(connect());
    monitor.add(connect());
    for (unsigned i = 0; i < options.readers; ++i) {
      auto reader = connect();
      reader->allow_only_select();
      readers.add(std::move(reader));
    }
  }
};

SqliteDatabase::SqliteDatabase(SqliteOptions options) {
  if (options.readers == 0) throw std::invalid_argument("SqliteOptions::readers must not be 0");
  try {
    impl_ = std::make_unique<Impl>(options);
  } catch (const auth::StoreError& error) {
    throw auth::StoreError("cannot open the database " + options.file.string() + ": " +
                           error.what());
  }
}

SqliteDatabase::~SqliteDatabase() = default;

bool SqliteDatabase::is_ours() const { return sqlite::is_ours(*impl_->readers.take()); }

unsigned SqliteDatabase::migrate() {
  const unsigned applied = sqlite::migrate(*impl_->writer.take(), impl_->user_table);
  sqlite::keep_user_triggers(*impl_->writer.take(), impl_->columns());
  return applied;
}

unsigned SqliteDatabase::schema_version() const {
  return sqlite::schema_version(*impl_->readers.take());
}

unsigned SqliteDatabase::newest_schema_version() noexcept {
  return sqlite::newest_schema_version();
}

void SqliteDatabase::back_up(const std::filesystem::path& file) const {
  sqlite::make_backup(*impl_->readers.take(), file);
}

std::unique_ptr<auth::UserStore> SqliteDatabase::users() {
  return sqlite::make_user_store(*impl_, impl_->user_table);
}

std::unique_ptr<auth::SessionStore> SqliteDatabase::sessions() {
  impl_->require_sessions();
  return sqlite::make_session_store(*impl_, impl_->columns());
}

std::unique_ptr<auth::RevocationLog> SqliteDatabase::revocations() {
  impl_->require_sessions();
  return sqlite::make_revocation_log(*impl_, impl_->columns().id_form);
}

std::unique_ptr<auth::AuditLog> SqliteDatabase::audit() {
  impl_->require_sessions();
  return sqlite::make_audit_log(*impl_);
}

std::unique_ptr<auth::ThrottleStore> SqliteDatabase::throttle() {
  impl_->require_sessions();
  return sqlite::make_throttle_store(*impl_);
}

bool SqliteDatabase::keeps_sessions() const { return sqlite::has_sessions(*impl_->readers.take()); }

Result<std::function<Json(const auth::UserId&)>, std::string> SqliteDatabase::claim_query(
    const std::string& sql) {
  const auto& users = impl_->user_table;
  return sqlite::claim_query(impl_->readers, sql,
                             {users.name, {users.password, users.secret_key_column}},
                             impl_->columns().id_form);
}

}  // namespace restjwt::storage
