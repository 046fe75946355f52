#include <restjwt/storage/memory.hpp>

#include "storage/conformance.hpp"

namespace restjwt::storage {

INSTANTIATE_TEST_SUITE_P(Memory, UserStoreTest,
                         testing::Values(StoreUnderTest{"memory", [] {
                                                          return OpenStore{nullptr, open_memory()};
                                                        }}));

}  // namespace restjwt::storage
