#include "new_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "command.hpp"

namespace restjwt::cli {

void write_new_file(const std::string& file, std::string_view text, Readers readers) {
  const mode_t mode = readers == Readers::owner ? 0600 : 0644;
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0 && errno == EEXIST)
    throw Refused(file + " is there already; it was not touched");
  if (descriptor < 0)
    throw std::system_error(errno, std::generic_category(), "cannot write " + file);
  bool written = true;
  while (written && !text.empty()) {
    const auto size = ::write(descriptor, text.data(), text.size());
    written = size > 0;
    if (written) text.remove_prefix(static_cast<std::size_t>(size));
  }
  const int error = errno;
  if (close(descriptor) == 0 && written) return;
  unlink(file.c_str());  // half a file is worse than none
  throw std::system_error(error, std::generic_category(), "cannot write " + file);
}

}  // namespace restjwt::cli
