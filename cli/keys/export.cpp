#include <iostream>

#include "cli/keys/commands.hpp"
#include "cli/keys/open_keys.hpp"
#include "cli/new_file.hpp"
#include "cli/terminal.hpp"

namespace restjwt::cli::keys {
namespace {

enum class Format { jwks, jwk, pem };

Format format_told(const ExportArguments& given) {
  if (given.format.empty()) return given.kid.empty() ? Format::jwks : Format::jwk;
  if (given.format == "jwks") return Format::jwks;
  if (given.format == "jwk") return Format::jwk;
  if (given.format == "pem") return Format::pem;
  throw WrongUsage("--format: " + given.format + " is none of jwks, jwk, pem");
}

/// The format is not guessed from the name, but what the name promises has to be in the file.
Format format_of(const ExportArguments& given) {
  const auto format = format_told(given);
  if (given.output.ends_with(".pem") && format != Format::pem)
    throw WrongUsage(given.output +
                     " would hold JSON; for PEM say --format pem, otherwise name it " +
                     "something like " + given.output.substr(0, given.output.size() - 4) + ".json");
  return format;
}

std::string indented(const Json& json) {
  return to_text_indented(json, JsonStyle::ascii, 2) + "\n";
}

std::string public_text(const jose::Jwk& key, Format format) {
  const auto json = key.public_json();
  if (!json)
    throw Refused(key.kid() +
                  " is a secret: it has no public part; who is to verify its tokens needs the "
                  "secret itself (--private)");
  if (format == Format::pem) return *key.public_pem();
  return indented(format == Format::jwk ? *json : jose::public_jwk_set(std::span(&key, 1)));
}

Secret private_text(const jose::Jwk& key, Format format) {
  if (!key.is_private()) throw Refused(key.kid() + " is a public key: it has no private part");
  if (format == Format::jwk) return key.reveal_private_json();
  if (auto pem = key.reveal_private_pem()) return *std::move(pem);
  throw Refused(key.kid() + " is a secret, which has no form in PEM; ask for --format jwk");
}

void check_private_usage(const Arguments& arguments, const ExportArguments& given, Format format) {
  if (given.kid.empty()) throw WrongUsage("--private gives one key out; say which: KID");
  if (format == Format::jwks) throw WrongUsage("--private gives one key out: --format jwk or pem");
  // Standard output may be a terminal, a log, the history of a CI job.
  if (given.output.empty())
    throw WrongUsage("a private key is only written to a file of its own: --output FILE");
  if (!arguments.yes && !stdin_is_terminal())
    throw WrongUsage("no terminal to ask for a yes; say it with --yes");
}

jose::Jwk stored_key_named(const auth::KeySchedule& schedule, const std::string& kid) {
  const auto& key = key_named(schedule, kid);
  if (!key.key) throw Refused(kid + " is retired, and its key is gone");
  return key.key->with_kid(kid);
}

int export_private(const Arguments& arguments, const ExportArguments& given, Format format) {
  check_private_usage(arguments, given, format);
  const OpenKeys keys(arguments);
  const auto text = private_text(stored_key_named(keys.store->load(), given.kid), format);
  if (!arguments.yes &&
      !ask_yes_no("Whoever reads " + given.output + " can sign tokens in your name. Write it?"))
    throw Refused("nothing was written");
  write_new_file(given.output, text.reveal());
  std::cout << "wrote the private key " << printable(given.kid) << " to " << printable(given.output)
            << ", readable by its owner only\n";
  return ok;
}

}  // namespace

int export_keys(const Arguments& arguments, const ExportArguments& given) {
  const auto format = format_of(given);
  if (given.with_private) return export_private(arguments, given, format);
  if (given.kid.empty() && format != Format::jwks)
    throw WrongUsage("--format " + given.format + " gives one key; say which: KID");
  const OpenKeys keys(arguments);
  const auto schedule = keys.store->load();
  const auto text = given.kid.empty() ? indented(jose::public_jwk_set(auth::living_keys(schedule)))
                                      : public_text(stored_key_named(schedule, given.kid), format);
  if (given.output.empty()) std::cout << text;
  else write_new_file(given.output, text, Readers::as_umask);
  return ok;
}

}  // namespace restjwt::cli::keys
