#include <restjwt/storage/postgres.hpp>

#include <stdexcept>
#include <utility>

#include "storage/postgres/migrations.hpp"
#include "storage/postgres/pool.hpp"
#include "storage/postgres/stores.hpp"
#include "storage/postgres/table_info.hpp"
#include "storage/postgres/user_trigger.hpp"

namespace restjwt::storage {
namespace {

/// Other programs may be migrating, and an index of many rows takes its time.
postgres::ConnectionInfo patient(const PostgresOptions& options) {
  auto timeouts = postgres::timeouts_of(options);
  timeouts.statement = timeouts.lock = std::chrono::minutes(10);
  return postgres::ConnectionInfo(options.url, timeouts);
}

void refuse_statements(const UserTable& users) {
  if (!users.secret_key_sql.empty() || !users.profile_id_sql.empty())
    throw auth::StoreError("secret_key_sql and profile_id_sql are for SQLite only");
}

}  // namespace

struct PostgresDatabase::Impl {
  const PostgresOptions options;
  postgres::Pool pool;

  explicit Impl(PostgresOptions wanted)
      : options(std::move(wanted)),
        pool({options.url, postgres::timeouts_of(options)}, options.connections) {}

  struct Users {
    Table table;
    UserColumns columns;
  };
  /// The table of users, when all is as this program made it.
  Users ready_users() {
    const auto connection = pool.take();
    auto table = postgres::table_named(*connection, options.users.name);
    auto columns = find_columns(options.users, table);
    postgres::require_schema(*connection);
    postgres::require_user_trigger(*connection, columns);
    return {std::move(table), std::move(columns)};
  }
};

PostgresDatabase::PostgresDatabase(PostgresOptions options) {
  if (options.connections == 0)
    throw std::invalid_argument("PostgresOptions::connections must not be 0");
  refuse_statements(options.users);
  impl_ = std::make_unique<Impl>(std::move(options));
}

PostgresDatabase::~PostgresDatabase() = default;

bool PostgresDatabase::is_ours() const {
  return postgres::is_ours(*impl_->pool.take(), impl_->options.users);
}

unsigned PostgresDatabase::migrate() {
  postgres::Connection connection(patient(impl_->options));
  return postgres::migrate(connection, impl_->options.users);
}

unsigned PostgresDatabase::schema_version() const {
  return postgres::schema_version(*impl_->pool.take());
}

unsigned PostgresDatabase::newest_schema_version() noexcept {
  return postgres::newest_schema_version();
}

std::unique_ptr<auth::UserStore> PostgresDatabase::users() {
  const auto users = impl_->ready_users();
  return postgres::make_user_store(impl_->pool, users.columns, users.table);
}

std::unique_ptr<auth::SessionStore> PostgresDatabase::sessions() {
  return postgres::make_session_store(impl_->pool, impl_->ready_users().columns);
}

std::unique_ptr<auth::RevocationLog> PostgresDatabase::revocations() {
  return postgres::make_revocation_log(impl_->pool, impl_->ready_users().columns.id_form);
}

std::unique_ptr<auth::AuditLog> PostgresDatabase::audit() {
  impl_->ready_users();
  return postgres::make_audit_log(impl_->pool);
}

std::unique_ptr<auth::ThrottleStore> PostgresDatabase::throttle() {
  impl_->ready_users();
  return postgres::make_throttle_store(impl_->pool);
}

}  // namespace restjwt::storage
