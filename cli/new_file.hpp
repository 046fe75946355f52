#pragma once
// Files the program makes.

#include <string>
#include <string_view>

namespace restjwt::cli {

enum class Readers { owner, as_umask };

/// A new file, which only its owner can read unless `readers` says that the umask decides. Throws
/// Refused when there is one already, which is not touched.
void write_new_file(const std::string& file, std::string_view text,
                    Readers readers = Readers::owner);

}  // namespace restjwt::cli
