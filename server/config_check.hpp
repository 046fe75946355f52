#pragma once
// What is wrong with a configuration as a whole, each of its values being right by itself.

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/config.hpp"

namespace restjwt::server {

/// A configuration as far as it was gathered, and where each of its values stands.
struct Gathered {
  Config config{};
  std::vector<ConfigProblem> problems{};
  std::string file_name{};
  bool file_is_public = false;  ///< everybody may read it
  bool need_secret = true;
  std::map<std::string, std::string> set_at{};  ///< path of a key → where it was set
  /// JWT_SECRET_KEY and its like → the files its keys stand in.
  std::map<std::string_view, std::vector<std::filesystem::path>> key_files{};
  std::set<std::string> refused{};  ///< keys with a problem: no second one about them

  void problem(std::string where, std::string key, std::string message) {
    problems.push_back({std::move(where), std::move(key), std::move(message)});
  }
  std::string where_set(const std::string& path) const {
    const auto found = set_at.find(path);
    return found == set_at.end() ? "configuration" : found->second;
  }
};

bool is_public(const std::filesystem::path& file);

/// Adds problems, and warnings that have to be said at every start.
void check_config(Gathered& gathered);

}  // namespace restjwt::server
