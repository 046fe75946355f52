#include <iostream>

#include "cli/keys/commands.hpp"
#include "cli/keys/key_text.hpp"
#include "cli/keys/open_keys.hpp"
#include "cli/terminal.hpp"

namespace restjwt::cli::keys {
namespace {

int thumbprint_of_stored(const Arguments& arguments, const std::string& kid) {
  const OpenKeys keys(arguments);
  const auto schedule = keys.store->load();
  const auto& key = key_named(schedule, kid);
  if (!key.key) throw Refused(kid + " is retired, and its key is gone");
  std::cout << key.key->thumbprint() << '\n';
  return ok;
}

}  // namespace

int thumbprint(const Arguments& arguments, const ThumbprintArguments& given) {
  if (!given.kid.empty()) return thumbprint_of_stored(arguments, given.kid);
  const auto source = source_name(given.file);
  if (given.file.empty() && stdin_is_terminal()) std::cerr << "Paste the key, then press Ctrl-D:\n";
  const auto text = read_key_text(given.file);
  const auto found = keys_in(text, source, passphrase_from(given.passphrase_file, source));
  for (const auto& reason : found.skipped) complain(source + ": skipped " + reason);
  for (const auto& key : found.keys)
    std::cout << key.thumbprint() << (found.is_set ? "  " + printable(key.kid()) : "") << '\n';
  if (found.keys.empty()) throw Refused("there is no key that can be used in " + source);
  return ok;
}

}  // namespace restjwt::cli::keys
