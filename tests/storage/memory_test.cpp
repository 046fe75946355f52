#include <restjwt/storage/memory.hpp>

#include "storage/conformance.hpp"

namespace restjwt::storage {

const auto memory = testing::Values(StoreUnderTest{"memory", [] {
                                                     return OpenStore{nullptr, open_memory()};
                                                   }});
INSTANTIATE_TEST_SUITE_P(Memory, UserStoreTest, memory);
INSTANTIATE_TEST_SUITE_P(Memory, NumberedUserStoreTest, memory);

}  // namespace restjwt::storage
