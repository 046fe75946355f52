#pragma once
// A store of users that tells how often it was read, and lets a test act while a read is under way.

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <restjwt/auth/user.hpp>

namespace restjwt::test {

class RecordingStore final : public auth::UserStore {
 public:
  std::atomic<int> reads = 0;
  /// Called after the row was read and before it is returned.
  std::function<void()> after_read{};

  void put(auth::User user) {
    const std::lock_guard lock(mutex_);
    users_[user.id] = std::move(user);
  }

  std::optional<auth::User> find_by_id(const auth::UserId& id) override {
    ++reads;
    auto user = copy_of(id);
    if (after_read) after_read();
    return user;
  }
  std::optional<auth::User> find_by_username(std::string_view username) override {
    ++reads;
    const std::lock_guard lock(mutex_);
    for (const auto& [id, user] : users_)
      if (user.username == username) return user;
    return std::nullopt;
  }
  std::vector<auth::User> list(std::optional<auth::UserId>, std::size_t) override { return {}; }
  std::optional<auth::User> add(const auth::User&) override { return std::nullopt; }
  bool set_password(const auth::UserId&, std::string_view) override { return false; }
  bool replace_password(const auth::UserId&, std::string_view, std::string_view) override {
    return false;
  }
  bool set_active(const auth::UserId&, bool) override { return false; }
  bool set_last_login(const auth::UserId&, TimePoint) override { return false; }
  bool remove(const auth::UserId& id) override {
    const std::lock_guard lock(mutex_);
    return users_.erase(id) == 1;
  }
  std::string commonest_password() override { return {}; }
  std::uint32_t highest_pbkdf2_iterations() override { return 0; }
  std::int64_t change_counter() override { return 0; }
  void ping() override {}

 private:
  std::optional<auth::User> copy_of(const auth::UserId& id) {
    const std::lock_guard lock(mutex_);
    const auto found = users_.find(id);
    return found == users_.end() ? std::nullopt : std::optional(found->second);
  }

  std::mutex mutex_{};
  std::map<auth::UserId, auth::User> users_{};
};

}  // namespace restjwt::test
