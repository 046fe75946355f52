#include <restjwt/storage/memory.hpp>

#include <algorithm>
#include <map>
#include <mutex>

#include "storage/password_census.hpp"

namespace restjwt::storage {
namespace {

using auth::User;
using auth::UserId;

class MemoryUserStore final : public auth::UserStore {
 public:
  std::optional<User> find_by_id(const UserId& id) override {
    const std::lock_guard lock(mutex_);
    const User* user = find(id);
    return user ? std::optional(*user) : std::nullopt;
  }

  std::optional<User> find_by_username(std::string_view username) override {
    const std::lock_guard lock(mutex_);
    const auto found = ids_.find(username);
    return found == ids_.end() ? std::nullopt : std::optional(users_.at(found->second));
  }

  std::vector<User> list(std::optional<UserId> after, std::size_t limit) override {
    const std::lock_guard lock(mutex_);
    std::vector<User> result;
    auto next = after ? users_.upper_bound(*after) : users_.begin();
    for (; next != users_.end() && result.size() < limit; ++next) result.push_back(next->second);
    return result;
  }

  std::optional<User> add(const User& user) override {
    const std::lock_guard lock(mutex_);
    const UserId id = last_id_ + 1;
    if (!ids_.emplace(user.username, id).second) return std::nullopt;
    User& added = users_.emplace(id, user).first->second;
    added.id = id;
    ++last_id_;
    ++changes_;
    return added;
  }

  bool set_password(const UserId& id, std::string_view encoded) override {
    return change(id, [&](User& user) { user.password = encoded; });
  }

  bool replace_password(const UserId& id, std::string_view expected,
                        std::string_view encoded) override {
    const std::lock_guard lock(mutex_);
    User* user = find(id);
    if (!user || user->password != expected) return false;
    user->password = encoded;
    ++changes_;
    return true;
  }

  bool set_active(const UserId& id, bool active) override {
    return change(id, [&](User& user) { user.is_active = active; });
  }

  bool remove(const UserId& id) override {
    const std::lock_guard lock(mutex_);
    const User* user = find(id);
    if (!user) return false;
    ids_.erase(user->username);
    users_.erase(id);
    ++changes_;
    return true;
  }

  std::string commonest_password() override {
    const std::lock_guard lock(mutex_);
    PasswordCensus census;
    for (const auto& [id, user] : users_) census.count(user.password);
    return census.commonest();
  }

  std::uint32_t highest_pbkdf2_iterations() override {
    const std::lock_guard lock(mutex_);
    std::uint32_t highest = 0;
    for (const auto& [id, user] : users_)
      highest = std::max(highest, pbkdf2_iterations(user.password));
    return highest;
  }

  std::int64_t change_counter() override {
    const std::lock_guard lock(mutex_);
    return changes_;
  }

  void ping() override {}

 private:
  User* find(const UserId& id) {
    const auto found = users_.find(id);
    return found == users_.end() ? nullptr : &found->second;
  }

  template <class Change>
  bool change(const UserId& id, Change apply) {
    const std::lock_guard lock(mutex_);
    User* user = find(id);
    if (!user) return false;
    apply(*user);
    ++changes_;
    return true;
  }

  std::mutex mutex_;
  std::map<UserId, User> users_;
  std::map<std::string, UserId, std::less<>> ids_;
  std::int64_t last_id_ = 0;  // only grows: a removed user's id is not given again
  std::int64_t changes_ = 0;
};

}  // namespace

std::unique_ptr<auth::UserStore> open_memory() { return std::make_unique<MemoryUserStore>(); }

}  // namespace restjwt::storage
