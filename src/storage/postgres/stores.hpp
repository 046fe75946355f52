#pragma once
// The stores of one database. Each throws StoreError, as PostgresDatabase says; `pool` must outlive
// them.

#include <memory>
#include <optional>

#include <restjwt/auth/audit.hpp>
#include <restjwt/auth/revocation.hpp>
#include <restjwt/auth/session.hpp>
#include <restjwt/auth/throttle.hpp>
#include <restjwt/auth/user.hpp>

#include "storage/postgres/pool.hpp"
#include "storage/table.hpp"
#include "storage/user_columns.hpp"

namespace restjwt::storage::postgres {

std::unique_ptr<auth::UserStore> make_user_store(Pool& pool, const UserColumns& columns,
                                                 const Table& table);
std::unique_ptr<auth::SessionStore> make_session_store(Pool& pool, const UserColumns& columns);
std::unique_ptr<auth::RevocationLog> make_revocation_log(Pool& pool, IdForm id_form);
std::unique_ptr<auth::AuditLog> make_audit_log(Pool& pool);
std::unique_ptr<auth::ThrottleStore> make_throttle_store(Pool& pool);

/// Appends to the log, within the caller's transaction. Nothing for a user that the table cannot
/// have.
std::optional<auth::Revocation> append(Connection& connection, const auth::Revocation& revocation,
                                       IdForm id_form);

/// A line in the audit log, within the caller's transaction.
void write_audit(Connection& connection, const auth::AuditEvent& event);

/// UserStatements with PostgreSQL's parameters: $1, $2 and so on.
UserStatements statements_of(const UserColumns& columns);

}  // namespace restjwt::storage::postgres
