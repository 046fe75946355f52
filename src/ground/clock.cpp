#include <restjwt/clock.hpp>

namespace restjwt {

Clock system_clock() {
  return [] { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); };
}

}  // namespace restjwt
