#pragma once
// Counts what operator new is asked for. Linking counted_new.cpp replaces it for the whole program.

namespace restjwt::test {

/// Of this thread, so far.
long allocations();

}  // namespace restjwt::test
