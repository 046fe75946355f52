#pragma once
// Keys as a setting holds them: one, a list, or a table from kid to key. The first signs, all
// verify.

#include <string>
#include <utility>
#include <vector>

#include <restjwt/secret.hpp>

namespace restjwt::auth {

class Keys {
 public:
  struct Entry {
    std::string kid{};  ///< empty in a list
    Secret text{};      ///< the secret's bytes, or PEM
  };

  Keys() = default;
  Keys(Secret one) { add({}, std::move(one)); }

  /// An empty text is no key and is left out.
  void add(std::string kid, Secret text) {
    if (!text.empty()) entries_.push_back({std::move(kid), std::move(text)});
  }

  bool empty() const noexcept { return entries_.empty(); }
  const std::vector<Entry>& entries() const noexcept { return entries_; }

 private:
  std::vector<Entry> entries_{};
};

}  // namespace restjwt::auth
