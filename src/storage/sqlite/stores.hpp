#pragma once
// The stores beside the one of users, on tables of our own.

#include <memory>
#include <optional>

#include <restjwt/auth/audit.hpp>
#include <restjwt/auth/revocation.hpp>
#include <restjwt/auth/session.hpp>
#include <restjwt/auth/throttle.hpp>

#include "storage/sqlite/pool.hpp"
#include "storage/user_columns.hpp"

namespace restjwt::storage::sqlite {

std::unique_ptr<auth::SessionStore> make_session_store(Pools& pools, const UserColumns& columns);
std::unique_ptr<auth::RevocationLog> make_revocation_log(Pools& pools, IdForm id_form);
std::unique_ptr<auth::AuditLog> make_audit_log(Pools& pools);
std::unique_ptr<auth::ThrottleStore> make_throttle_store(Pools& pools);

/// Appends to the log, within the caller's transaction. Nothing for a user that the table cannot
/// have.
std::optional<auth::Revocation> append(Connection& connection, const auth::Revocation& revocation,
                                       IdForm id_form);

/// A line in the audit log, within the caller's transaction.
void write_audit(Connection& connection, const auth::AuditEvent& event);

}  // namespace restjwt::storage::sqlite
