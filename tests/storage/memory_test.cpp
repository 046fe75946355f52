#include <restjwt/storage/memory.hpp>

#include "storage/conformance.hpp"
#include "storage/revocation_conformance.hpp"
#include "storage/throttle_conformance.hpp"

namespace restjwt::storage {

const auto memory = testing::Values(StoreUnderTest{"memory", [] {
                                                     return OpenStore{nullptr, open_memory()};
                                                   }});
INSTANTIATE_TEST_SUITE_P(Memory, UserStoreTest, memory);
INSTANTIATE_TEST_SUITE_P(Memory, NumberedUserStoreTest, memory);

const auto memory_database =
    testing::Values(DatabaseUnderTest{"memory", [] {
                                        const auto home = std::make_shared<MemoryDatabase>();
                                        return all_stores(home, *home);
                                      }});
INSTANTIATE_TEST_SUITE_P(Memory, SessionStoreTest, memory_database);
INSTANTIATE_TEST_SUITE_P(Memory, RevocationLogTest, memory_database);
INSTANTIATE_TEST_SUITE_P(Memory, AuditLogTest, memory_database);
INSTANTIATE_TEST_SUITE_P(Memory, ThrottleStoreTest, memory_database);

}  // namespace restjwt::storage
