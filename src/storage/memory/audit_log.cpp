#include <algorithm>

#include "storage/memory/state.hpp"

namespace restjwt::storage::memory {
namespace {

class Log final : public auth::AuditLog {
 public:
  explicit Log(std::shared_ptr<State> state) : state_(std::move(state)) {}

  void record(std::span<const auth::AuditEvent> events) override {
    const std::lock_guard lock(state_->mutex);
    for (const auto& event : events) state_->record(event);
  }

  std::vector<auth::AuditLine> read_audit(std::uint64_t after, std::size_t limit) override {
    const std::lock_guard lock(state_->mutex);
    const auto& all = state_->audit;
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(std::min(after, all.size()));
    const auto count = std::min(limit, static_cast<std::size_t>(all.end() - first));
    return {first, first + static_cast<std::ptrdiff_t>(count)};
  }

 private:
  const std::shared_ptr<State> state_;
};

}  // namespace

std::unique_ptr<auth::AuditLog> make_audit_log(std::shared_ptr<State> state) {
  return std::make_unique<Log>(std::move(state));
}

}  // namespace restjwt::storage::memory
