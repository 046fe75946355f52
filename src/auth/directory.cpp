#include <restjwt/auth/directory.hpp>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <restjwt/auth/error.hpp>
#include <restjwt/secret.hpp>

namespace restjwt::auth {
namespace {

struct HashId {
  std::size_t operator()(const UserId& id) const {
    return id.is_number() ? std::hash<std::int64_t>{}(id.number())
                          : std::hash<std::string>{}(id.text());
  }
};

struct HashName {
  using is_transparent = void;
  std::size_t operator()(std::string_view name) const {
    return std::hash<std::string_view>{}(name);
  }
};

struct Slot {
  UserPtr user{};
  std::uint64_t epoch = 0;
  std::atomic<bool> asked{false};  // set under the shared lock
};

/// What had been forgotten when a read of the store began.
struct Seen {
  std::uint64_t epoch = 0;
  std::uint64_t forgets = 0;
  bool operator==(const Seen&) const = default;
};

UserPtr without_password(User user) {
  wipe(user.password);
  user.password.shrink_to_fit();
  return std::make_shared<const User>(std::move(user));
}

}  // namespace

struct UserDirectory::Impl {
  UserStore& store;
  const std::size_t capacity;

  mutable std::shared_mutex mutex{};
  Seen now{};  // forget_all() moves the epoch, forget() the other
  std::size_t believed = 0;
  std::unordered_map<UserId, Slot*, HashId> by_id{};
  std::unordered_map<std::string, Slot*, HashName, std::equal_to<>> by_name{};
  std::deque<Slot> slots{};  // a clock: `hand` goes round and spares once who was asked for
  std::size_t hand = 0;
  std::vector<Slot*> vacant{};

  bool believes(const Slot& slot) const { return slot.user && slot.epoch == now.epoch; }

  template <class Index, class Key>
  std::pair<UserPtr, Seen> look_up(const Index& index, const Key& key) const {
    const std::shared_lock lock(mutex);
    const auto found = index.find(key);
    if (found == index.end() || !believes(*found->second)) return {nullptr, now};
    auto& asked = found->second->asked;
    // Read first: writing would move the cache line from core to core at every request.
    if (!asked.load(std::memory_order_relaxed)) asked.store(true, std::memory_order_relaxed);
    return {found->second->user, now};
  }

  UserPtr remember(User stored, const Seen& seen) {
    auto user = without_password(std::move(stored));
    const std::unique_lock lock(mutex);
    // What was forgotten while the store was being read may be what we have read.
    if (seen != now || capacity == 0) return user;
    const auto found = by_id.find(user->id);
    Slot* const known = found == by_id.end() ? nullptr : found->second;
    if (known) drop(*known);
    Slot& slot = known ? *known : take_slot();
    slot.user = user;
    slot.epoch = now.epoch;
    slot.asked = false;
    ++believed;
    by_id[user->id] = &slot;
    by_name[user->username] = &slot;
    return user;
  }

  Slot& take_slot() {
    if (!vacant.empty()) {
      Slot& slot = *vacant.back();
      vacant.pop_back();
      return slot;
    }
    if (slots.size() < capacity) return slots.emplace_back();
    for (;;) {
      Slot& slot = slots[hand];
      hand = (hand + 1) % slots.size();
      if (believes(slot) && slot.asked.exchange(false)) continue;
      drop(slot);
      return slot;
    }
  }

  void drop(Slot& slot) {
    if (!slot.user) return;
    if (believes(slot)) --believed;
    by_id.erase(slot.user->id);
    // Another user may have taken the name since.
    const auto named = by_name.find(slot.user->username);
    if (named != by_name.end() && named->second == &slot) by_name.erase(named);
    slot.user = nullptr;
  }
};

UserDirectory::UserDirectory(UserStore& users, std::size_t capacity)
    : impl_(new Impl{.store = users, .capacity = capacity}) {}

UserDirectory::~UserDirectory() = default;

Result<UserPtr> UserDirectory::find(const UserId& id, Reach reach) {
  auto [known, seen] = impl_->look_up(impl_->by_id, id);
  if (known) return std::move(known);
  if (reach == Reach::memory) return AuthErrc::needs_store;
  auto stored = impl_->store.find_by_id(id);
  if (!stored) return AuthErrc::user_not_found;
  return impl_->remember(*std::move(stored), seen);
}

Result<UserPtr> UserDirectory::find_by_username(std::string_view username, Reach reach) {
  auto [known, seen] = impl_->look_up(impl_->by_name, username);
  if (known) return std::move(known);
  if (reach == Reach::memory) return AuthErrc::needs_store;
  const auto named = impl_->store.find_by_username(username);
  auto stored = named ? impl_->store.find_by_id(named->id) : std::nullopt;
  if (!stored || stored->username != username) return AuthErrc::user_not_found;
  return impl_->remember(*std::move(stored), seen);
}

void UserDirectory::forget(const UserId& id) {
  const std::unique_lock lock(impl_->mutex);
  ++impl_->now.forgets;
  const auto found = impl_->by_id.find(id);
  if (found == impl_->by_id.end()) return;
  Slot& slot = *found->second;
  impl_->drop(slot);
  impl_->vacant.push_back(&slot);
}

void UserDirectory::forget_all() {
  const std::unique_lock lock(impl_->mutex);
  ++impl_->now.epoch;
  impl_->believed = 0;
}

std::size_t UserDirectory::size() const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->believed;
}

}  // namespace restjwt::auth
