#include "cli/keys/key_text.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <restjwt/auth/settings.hpp>

#include "cli/command.hpp"
#include "cli/terminal.hpp"
#include "server/config_values.hpp"

namespace restjwt::cli::keys {
namespace {

constexpr std::size_t longest_text = 1024 * 1024;
constexpr std::size_t most_entries = 1'000;  // what JwkSet::parse() takes

Refused cannot_use(const std::string& source, std::error_code why) {
  std::string reason = source + ": " + why.message();
  if (why == jose::KeyErrc::encrypted) reason += " --passphrase-file names its passphrase.";
  return Refused(reason);
}

KeysInText only(Result<jose::Jwk> key, const std::string& source) {
  if (!key) throw cannot_use(source, key.error());
  return {.keys = {*std::move(key)}};
}

KeysInText keys_in_set(const Json& json, const std::string& source) {
  const auto& entries = *json.find("keys");
  if (entries.is_array() && entries.as_array().size() > most_entries)
    throw Refused(source + " holds " + std::to_string(entries.as_array().size()) +
                  " keys; a set of at most " + std::to_string(most_entries) + " is read");
  const auto set = jose::JwkSet::parse(json);
  if (!set) throw cannot_use(source, set.error());
  KeysInText found{.keys = set->keys, .is_set = true};
  for (const auto& entry : set->skipped)
    found.skipped.push_back("entry " + std::to_string(entry.index + 1) +
                            (entry.kid.empty() ? "" : " (" + entry.kid + ")") + ": " +
                            entry.reason.message());
  return found;
}

}  // namespace

std::string der_refusal(const std::string& source) {
  return source + " is a key or certificate in DER (ASN.1), and no secret; it can be imported as " +
         "PEM: openssl pkey -inform DER -in " + source +
         " -out key.pem (a certificate: openssl x509)";
}

std::string source_name(const std::string& file) { return file.empty() ? "standard input" : file; }

Secret read_key_text(const std::string& file) {
  if (file.empty()) return read_stdin(longest_text);
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Refused("cannot read " + file + ": " + std::strerror(errno));
  std::string bytes(longest_text + 1, '\0');  // never grows: growing would leave copies behind
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  const auto size = static_cast<std::size_t>(in.gcount());
  Secret text(std::string_view(bytes).substr(0, size));
  wipe(bytes);
  if (size > longest_text) throw Refused(file + " holds more than 1 MiB");
  if (size == 0) throw Refused("there is nothing in " + file);
  return text;
}

KeysInText keys_in(const Secret& text, const std::string& source, const jose::Passphrase& ask) {
  const auto bytes = text.reveal();
  const auto first = bytes.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) throw Refused("there is no key in " + source);
  if (bytes[first] == '{') {
    const auto json = parse_json(bytes);
    if (!json)
      throw Refused(source + ": " + json.error().code.message() + " at byte " +
                    std::to_string(json.error().offset));
    return json->find("keys") ? keys_in_set(*json, source) : only(jose::Jwk::parse(*json), source);
  }
  if (auth::is_der(text)) throw Refused(der_refusal(source));
  if (bytes.find("-----BEGIN ") == std::string_view::npos)
    throw Refused(source + " holds neither PEM nor a JWK; a bare HMAC secret: --secret");
  const bool certificate = bytes.find("CERTIFICATE-----") != std::string_view::npos &&
                           bytes.find("PRIVATE KEY-----") == std::string_view::npos;
  return only(certificate ? jose::Jwk::from_certificate(bytes) : jose::Jwk::from_pem(bytes, ask),
              source);
}

jose::Passphrase passphrase_from(const std::string& passphrase_file, const std::string& source) {
  if (!passphrase_file.empty())
    return [passphrase_file] {
      auto passphrase = server::read_secret_file(passphrase_file);
      if (!passphrase) throw Refused(passphrase.error());
      return *std::move(passphrase);
    };
  if (!stdin_is_terminal()) return {};  // an encrypted key is then refused as such
  return [source] { return ask_password("Passphrase of " + printable(source) + ": "); };
}

}  // namespace restjwt::cli::keys
