#include "server/database.hpp"

#include <restjwt/storage/memory.hpp>

namespace restjwt::server {
namespace {

constexpr const char* only_sqlite = "SQL is taken for SQLite only, and this is PostgreSQL";

// Threads that hash passwords ask the store too, and so does what watches it.
constexpr unsigned other_threads = 4;

bool names_postgres(const Config& config) { return !config.database_url.empty(); }

storage::SqliteOptions sqlite_options(const Config& config, const DatabaseOptions& options) {
  return {.file = config.database_file,
          .create = options.create,
          .readers = options.readers,
          .users = config.users,
          .busy_timeout = options.patience};
}

storage::PostgresOptions postgres_options(const Config& config, const DatabaseOptions& options) {
  return {.url = std::string(config.database_url.reveal()),
          .users = config.users,
          .connections = options.readers + other_threads};
}

}  // namespace

Database::Database(const Config& config, DatabaseOptions options)
    : name_(names_postgres(config) ? config.database : config.database_file.string()),
      is_new_(!names_postgres(config) && !std::filesystem::exists(config.database_file)),
      postgres_(postgres_options(config, options)),
      database_([&]() -> std::variant<Sqlite, Postgres> {
        if (names_postgres(config)) return std::make_unique<storage::PostgresDatabase>(postgres_);
        return std::make_unique<storage::SqliteDatabase>(sqlite_options(config, options));
      }()) {}

bool Database::is_ours() const {
  return std::visit([](const auto& database) { return database->is_ours(); }, database_);
}

void Database::migrate() {
  std::visit([](const auto& database) { database->migrate(); }, database_);
}

void Database::prepare() {
  const bool sqlite = std::holds_alternative<Sqlite>(database_);
  const bool is_older = schema_version() < newest_schema_version();
  // In PostgreSQL the role that serves may be one that can only read and write rows.
  if (is_ours() && (is_older || sqlite)) return migrate();
  if (is_older && needs_schema())
    throw auth::StoreError(
        "restjwt did not make this database and needs tables of its own and a trigger beside the "
        "table of users there; to add them, or to bring them up to date, run: restjwt database "
        "migrate");
}

unsigned Database::schema_version() const {
  return std::visit([](const auto& database) { return database->schema_version(); }, database_);
}

unsigned Database::newest_schema_version() const noexcept {
  return std::visit([](const auto& database) { return database->newest_schema_version(); },
                    database_);
}

bool Database::needs_schema() const { return is_ours() || keeps_sessions(); }

void Database::back_up(const std::filesystem::path& file) const {
  const auto* sqlite = std::get_if<Sqlite>(&database_);
  if (!sqlite) throw auth::StoreError("PostgreSQL has its own programs for that, such as pg_dump");
  (*sqlite)->back_up(file);
}

std::unique_ptr<auth::UserStore> Database::users() {
  return std::visit([](const auto& database) { return database->users(); }, database_);
}

bool Database::keeps_sessions() const {
  const auto* sqlite = std::get_if<Sqlite>(&database_);
  return !sqlite || (*sqlite)->keeps_sessions();
}

std::unique_ptr<auth::SessionStore> Database::sessions() {
  return std::visit([](const auto& database) { return database->sessions(); }, database_);
}

std::unique_ptr<auth::RevocationLog> Database::revocations() {
  return std::visit([](const auto& database) { return database->revocations(); }, database_);
}

std::unique_ptr<auth::AuditLog> Database::audit() {
  return std::visit([](const auto& database) { return database->audit(); }, database_);
}

std::unique_ptr<auth::ThrottleStore> Database::throttle() {
  if (!keeps_sessions()) return storage::open_memory_throttle();
  return std::visit([](const auto& database) { return database->throttle(); }, database_);
}

Result<std::function<Json(const auth::UserId&)>, std::string> Database::claim_query(
    const std::string& sql) {
  if (const auto* sqlite = std::get_if<Sqlite>(&database_)) return (*sqlite)->claim_query(sql);
  return std::string(only_sqlite);
}

std::unique_ptr<storage::PostgresListener> Database::listener() const {
  if (std::holds_alternative<Sqlite>(database_)) return nullptr;
  return std::make_unique<storage::PostgresListener>(postgres_);
}

}  // namespace restjwt::server
