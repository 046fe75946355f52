#pragma once
// One value of a dump, with its place: whatever is wrong with it is said with its name.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/json.hpp>

namespace restjwt::cli::migrate {

/// Strict JSON of bounded size, after the prompts that old shells print around it. Throws
/// WrongUsage.
Json parse_dump(std::string_view text);

/// Must not outlive the Json. What is not as asked for throws WrongUsage: "user.table: …".
class Dump {
 public:
  explicit Dump(const Json& value) : Dump(value, {}) {}

  /// A member that is not there is null.
  Dump at(std::string_view name) const;
  std::vector<Dump> items() const;

  bool is_null() const { return value_->is_null(); }
  std::string text() const;
  /// `fallback` for null only.
  std::string text_or(std::string_view fallback) const;
  /// The name of a table or column.
  std::string identifier() const;
  bool flag() const;
  /// false for null too.
  bool is_true() const { return !is_null() && flag(); }
  std::size_t size() const;
  std::size_t size_or(std::size_t fallback) const { return is_null() ? fallback : size(); }
  std::vector<std::string> texts() const;
  const Json& object() const;
  const Json& json() const { return *value_; }

  [[noreturn]] void wrong(std::string_view what) const;

 private:
  Dump(const Json& value, std::string path) : value_(&value), path_(std::move(path)) {}

  const Json* value_;
  std::string path_;
};

}  // namespace restjwt::cli::migrate
