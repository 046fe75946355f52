#pragma once
// Test vectors of other projects. They stay outside the repository: in $RESTJWT_VECTORS or, if that
// is unset, in the folder shared/vectors beside it. Their format is told in its index.json.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <restjwt/json.hpp>

namespace restjwt::test {

/// Nothing on a machine that does not have them.
std::optional<std::filesystem::path> vectors_folder();

/// A file of that folder, such as "own_jws.json". Throws std::runtime_error when it cannot be read.
Json read_vectors(std::string_view file);

/// The text of a member that must be there, and the members that need not be.
const std::string& text_of(const Json& object, std::string_view member);
std::string text_or(const Json& object, std::string_view member, std::string_view otherwise = "");

/// "00ff" as two bytes.
std::string from_hex(std::string_view hex);

/// Tests on vectors skip in one line where the folder is absent. Once it exists, nothing is
/// skipped.
class VectorTest : public testing::Test {
 protected:
  void SetUp() override;
};

}  // namespace restjwt::test
