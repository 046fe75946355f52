#pragma once
// What every RevocationLog and every AuditLog promise. The facts stand in
// revocation_conformance.cpp.

#include "storage/session_conformance.hpp"

namespace restjwt::storage {

class RevocationLogTest : public DatabaseTest {};
class AuditLogTest : public DatabaseTest {};

}  // namespace restjwt::storage
