#include <algorithm>

#include "storage/date_time.hpp"
#include "storage/memory/state.hpp"
#include "storage/password_census.hpp"

namespace restjwt::storage::memory {
namespace {

using auth::User;
using auth::UserId;

class UserTable final : public auth::UserStore {
 public:
  explicit UserTable(std::shared_ptr<State> state) : state_(std::move(state)) {}

  std::optional<User> find_by_id(const UserId& id) override {
    const std::lock_guard lock(state_->mutex);
    const User* user = find(id);
    return user ? std::optional(*user) : std::nullopt;
  }

  std::optional<User> find_by_username(std::string_view username) override {
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->ids.find(username);
    return found == state_->ids.end() ? std::nullopt
                                      : std::optional(state_->users.at(found->second));
  }

  std::vector<User> list(std::optional<UserId> after, std::size_t limit) override {
    const std::lock_guard lock(state_->mutex);
    std::vector<User> result;
    auto next = after ? state_->users.upper_bound(*after) : state_->users.begin();
    for (; next != state_->users.end() && result.size() < limit; ++next)
      result.push_back(next->second);
    return result;
  }

  std::optional<User> add(const User& user) override {
    const std::lock_guard lock(state_->mutex);
    const UserId id = state_->last_id + 1;
    if (!state_->ids.emplace(user.username, id).second) return std::nullopt;
    User& added = state_->users.emplace(id, user).first->second;
    added.id = id;
    ++state_->last_id;
    ++state_->changes;
    return added;
  }

  bool set_password(const UserId& id, std::string_view encoded) override {
    return change(id, [&](User& user) {
      if (user.password != encoded) state_->end_sessions_of(id);
      user.password = encoded;
    });
  }

  bool replace_password(const UserId& id, std::string_view expected,
                        std::string_view encoded) override {
    const std::lock_guard lock(state_->mutex);
    User* user = find(id);
    if (!user || user->password != expected) return false;
    user->password = encoded;  // the same password: nobody's session ends
    ++state_->changes;
    return true;
  }

  bool set_active(const UserId& id, bool active) override {
    return change(id, [&](User& user) {
      if (user.is_active && !active) state_->end_sessions_of(id);
      user.is_active = active;
    });
  }

  bool set_last_login(const UserId& id, TimePoint instant) override {
    return change(id, [&](User& user) { user.last_login = date_time_text(instant); });
  }

  bool remove(const UserId& id) override {
    const std::lock_guard lock(state_->mutex);
    const User* user = find(id);
    if (!user) return false;
    state_->end_sessions_of(id);
    state_->ids.erase(user->username);
    state_->users.erase(id);
    ++state_->changes;
    return true;
  }

  std::string commonest_password() override {
    const std::lock_guard lock(state_->mutex);
    PasswordCensus census;
    for (const auto& [id, user] : state_->users) census.count(user.password);
    return census.commonest();
  }

  std::uint32_t highest_pbkdf2_iterations() override {
    const std::lock_guard lock(state_->mutex);
    std::uint32_t highest = 0;
    for (const auto& [id, user] : state_->users)
      highest = std::max(highest, pbkdf2_iterations(user.password));
    return highest;
  }

  std::int64_t change_counter() override {
    const std::lock_guard lock(state_->mutex);
    return state_->changes;
  }

  void ping() override {}

 private:
  User* find(const UserId& id) {
    const auto found = state_->users.find(id);
    return found == state_->users.end() ? nullptr : &found->second;
  }

  template <class Change>
  bool change(const UserId& id, Change apply) {
    const std::lock_guard lock(state_->mutex);
    User* user = find(id);
    if (!user) return false;
    apply(*user);
    ++state_->changes;
    return true;
  }

  const std::shared_ptr<State> state_;
};

}  // namespace

std::unique_ptr<auth::UserStore> make_user_store(std::shared_ptr<State> state) {
  return std::make_unique<UserTable>(std::move(state));
}

}  // namespace restjwt::storage::memory
