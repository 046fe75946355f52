#pragma once
// Files of test vectors in the format that shared/vectors/index.json tells.

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <restjwt/json.hpp>

namespace restjwt::vectors {

/// What is wrong with a file, with its name.
struct BadFile : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What is wrong with one case; it counts as failed.
struct BadCase : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class VectorFile {
 public:
  /// Throws BadFile when it cannot be read or is not of the format.
  explicit VectorFile(const std::filesystem::path& path);

  const std::string& name() const noexcept { return name_; }
  const std::string& kind() const { return json_.find("kind")->as_string(); }
  const Json::Array& cases() const { return json_.find("cases")->as_array(); }

  /// The JWK or JWK set of a case: its own, or the one of the file that it names. Throws BadCase.
  const Json& key_of(const Json& one) const;

 private:
  std::string name_;
  Json json_;
};

/// A member of a case. Each throws BadCase when it is absent or of another kind.
const Json& member(const Json& one, std::string_view name);
const std::string& text(const Json& one, std::string_view name);
/// "00ff" as two bytes.
std::string bytes_of_hex(const Json& one, std::string_view name);

/// The text of a member that need not be there; empty without it.
std::string_view text_if_any(const Json& one, std::string_view name);

}  // namespace restjwt::vectors
