#include "cli/migrate/census.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <unordered_map>

#include <utf8proc.h>

#include <restjwt/auth/password.hpp>

#include "cli/migrate/hash_formats.hpp"
#include "cli/users.hpp"

namespace restjwt::cli::migrate {
namespace {

constexpr std::size_t most_collisions = 10;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// NFKC without regard to case; what is not UTF-8 stays as it is.
std::string folded(std::string_view text) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  utf8proc_uint8_t* out = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE |
                                                      UTF8PROC_COMPAT | UTF8PROC_CASEFOLD);
  const auto size = utf8proc_map(bytes, static_cast<utf8proc_ssize_t>(text.size()), &out, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, std::free);
  if (size < 0) return std::string(text);
  return {reinterpret_cast<const char*>(out), static_cast<std::size_t>(size)};
}

class Counter {
 public:
  explicit Counter(const DjangoSite& site) : site_(site) {}

  void add(const auth::User& user) {
    ++census_.users;
    if (!user.is_active) census_.inactive.add(user.username);
    if (trimmed(user.username).size() != user.username.size())
      census_.blank_edges.add(user.username);
    add_password(user);
    alike_[folded(trimmed(user.username))].push_back(user.username);
  }

  Census finish() {
    for (auto& [cost, group] : hashes_) {
      group.self_test_passed = passes(group.format);
      group.django_reads = django_reads(site_, group.format);
      census_.hashes.push_back(group);
    }
    std::ranges::stable_sort(census_.hashes, std::ranges::greater(), &HashGroup::count);
    for (auto& [key, names] : alike_)
      if (names.size() > 1) add_collision(std::move(names));
    std::ranges::sort(census_.collisions, {}, &Collision::names);
    if (census_.collisions.size() > most_collisions) census_.collisions.resize(most_collisions);
    return std::move(census_);
  }

 private:
  void add_password(const auth::User& user) {
    const auto format = hash_format(user.password);
    if (format.empty()) {
      const bool meant = user.password.empty() || user.password.starts_with('!');
      (meant ? census_.unusable : census_.unreadable).add(user.username);
      return;
    }
    const auto cost = auth::password_cost(user.password);
    auto& group = hashes_[std::string(format) + " " + cost];
    group.format = format;
    group.cost = cost;
    ++group.count;
  }

  bool passes(const std::string& format) {
    const auto known = tested_.find(format);
    if (known != tested_.end()) return known->second;
    return tested_[format] = self_test(format);
  }

  void add_collision(std::vector<std::string> names) {
    ++census_.collision_count;
    const auto normal = [](const std::string& name) {
      return auth::normalize_username(name).value_or(name);
    };
    const bool same = std::ranges::all_of(
        names, [&](const std::string& name) { return normal(name) == normal(names.front()); });
    const auto kind = same ? Collision::Kind::normalization : Collision::Kind::letter_case;
    if (names.size() > Group::most_names) names.resize(Group::most_names);
    census_.collisions.push_back({kind, std::move(names)});
  }

  const DjangoSite& site_;
  Census census_{};
  std::map<std::string, HashGroup> hashes_{};
  std::map<std::string, bool> tested_{};
  std::unordered_map<std::string, std::vector<std::string>> alike_{};
};

}  // namespace

void Group::add(std::string_view name) {
  ++count;
  if (names.size() < most_names) names.emplace_back(name);
}

bool Census::all_tests_passed() const {
  return std::ranges::all_of(hashes, &HashGroup::self_test_passed);
}

Census take_census(auth::UserStore& users, const DjangoSite& site) {
  Counter counter(site);
  for_each_user(users, [&](const auth::User& user) { counter.add(user); });
  return counter.finish();
}

}  // namespace restjwt::cli::migrate
