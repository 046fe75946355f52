#include <algorithm>

#include "storage/memory/state.hpp"

namespace restjwt::storage::memory {
namespace {

using auth::Revocation;

class Log final : public auth::RevocationLog {
 public:
  explicit Log(std::shared_ptr<State> state) : state_(std::move(state)) {}

  std::vector<Revocation> append(std::span<const Revocation> revocations,
                                 const auth::AuditEvent* why) override {
    const std::lock_guard lock(state_->mutex);
    std::vector<Revocation> appended;
    for (const auto& revocation : revocations) appended.push_back(state_->append(revocation));
    if (why) state_->record(*why);
    return appended;
  }

  Revocation begin_anew(TimePoint now, const auth::AuditEvent* why) override {
    const std::lock_guard lock(state_->mutex);
    ++state_->history;
    if (why) state_->record(*why);
    const auto last = now + auth::furthest_start;
    return state_->append(Revocation::of_everyone(last, state_->end_of_tokens(last)));
  }

  std::vector<Revocation> read(std::uint64_t after, std::size_t limit) override {
    const std::lock_guard lock(state_->mutex);
    const auto& all = state_->revocations;
    const auto first = std::ranges::upper_bound(all, after, {}, &Revocation::number);
    const auto count = std::min(limit, static_cast<std::size_t>(all.end() - first));
    return {first, first + static_cast<std::ptrdiff_t>(count)};
  }

  auth::LogPosition position() override {
    const std::lock_guard lock(state_->mutex);
    return {.history = std::to_string(state_->history), .number = state_->last_revocation};
  }

  void note_token_life(std::optional<std::chrono::seconds> life, TimePoint now) override {
    const std::lock_guard lock(state_->mutex);
    auto& told = state_->token_lives[life];
    told = std::max(told, now);
    // What was appended while nobody had told.
    const auto end = state_->end_of_tokens(state_->clock());
    for (auto& entry : state_->revocations)
      if (end && !entry.until &&
          (entry.kind == Revocation::Kind::user || entry.kind == Revocation::Kind::everyone))
        entry.until = end;
  }

  std::size_t purge_revocations(TimePoint now, std::size_t limit) override {
    const std::lock_guard lock(state_->mutex);
    std::size_t purged = 0;
    std::erase_if(state_->revocations, [&](const Revocation& revocation) {
      const bool over = purged < limit && revocation.until && *revocation.until < now;
      purged += over;
      return over;
    });
    return purged;
  }

 private:
  const std::shared_ptr<State> state_;
};

}  // namespace

std::unique_ptr<auth::RevocationLog> make_revocation_log(std::shared_ptr<State> state) {
  return std::make_unique<Log>(std::move(state));
}

}  // namespace restjwt::storage::memory
