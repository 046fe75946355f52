#include "support/vectors.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace restjwt::test {

std::optional<std::filesystem::path> vectors_folder() {
  const char* chosen = std::getenv("RESTJWT_VECTORS");
  // Tests run in the folder tests/, so two steps up stands beside the repository.
  const std::filesystem::path folder = chosen ? chosen : "../../shared/vectors";
  if (!std::filesystem::is_directory(folder)) return std::nullopt;
  return folder;
}

Json read_vectors(std::string_view file) {
  const auto path = vectors_folder().value() / file;
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto json = parse_json(text);
  if (!json) throw std::runtime_error(path.string() + ": " + json.error().code.message());
  return std::move(json).value();
}

const std::string& text_of(const Json& object, std::string_view member) {
  const Json* value = object.find(member);
  if (value == nullptr) throw std::runtime_error("no member " + std::string(member));
  return value->as_string();
}

std::string text_or(const Json& object, std::string_view member, std::string_view otherwise) {
  const Json* value = object.find(member);
  return value == nullptr ? std::string(otherwise) : value->as_string();
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

void VectorTest::SetUp() {
  if (!vectors_folder()) GTEST_SKIP() << "no folder shared/vectors beside the repository";
}

}  // namespace restjwt::test
