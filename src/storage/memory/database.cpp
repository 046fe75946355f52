#include <restjwt/storage/memory.hpp>

#include "storage/memory/state.hpp"

namespace restjwt::storage {

struct MemoryDatabase::Impl {
  std::shared_ptr<memory::State> state = std::make_shared<memory::State>();
};

MemoryDatabase::MemoryDatabase(Clock clock) : impl_(std::make_unique<Impl>()) {
  impl_->state->clock = std::move(clock);
}

MemoryDatabase::~MemoryDatabase() = default;

std::unique_ptr<auth::UserStore> MemoryDatabase::users() {
  return memory::make_user_store(impl_->state);
}

std::unique_ptr<auth::SessionStore> MemoryDatabase::sessions() {
  return memory::make_session_store(impl_->state);
}

std::unique_ptr<auth::RevocationLog> MemoryDatabase::revocations() {
  return memory::make_revocation_log(impl_->state);
}

std::unique_ptr<auth::AuditLog> MemoryDatabase::audit() {
  return memory::make_audit_log(impl_->state);
}

std::unique_ptr<auth::ThrottleStore> MemoryDatabase::throttle() {
  return memory::make_throttle_store(impl_->state);
}

std::unique_ptr<auth::UserStore> open_memory() { return MemoryDatabase().users(); }

std::unique_ptr<auth::ThrottleStore> open_memory_throttle() { return MemoryDatabase().throttle(); }

}  // namespace restjwt::storage
