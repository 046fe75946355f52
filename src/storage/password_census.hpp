#pragma once
// Which algorithm and cost most stored passwords have.

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include <restjwt/auth/password.hpp>

namespace restjwt::storage {

class PasswordCensus {
 public:
  void count(std::string_view encoded) {
    auto cost = auth::password_cost(encoded);
    if (cost.empty()) return;  // unusable
    Group& group = groups_[std::move(cost)];
    if (++group.size == 1) group.example = encoded;
  }

  /// One of the most frequent kind; empty when none was usable.
  std::string commonest() const {
    const auto largest =
        std::ranges::max_element(groups_, {}, [](const auto& entry) { return entry.second.size; });
    return largest == groups_.end() ? std::string() : largest->second.example;
  }

 private:
  struct Group {
    std::size_t size = 0;
    std::string example{};
  };
  std::map<std::string, Group> groups_;
};

}  // namespace restjwt::storage
