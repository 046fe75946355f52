#include "cli/keys/commands.hpp"

#include "cli/program.hpp"

namespace restjwt::cli {
namespace {

using Action = std::function<int(const Arguments&)>;

class Noun {
 public:
  explicit Noun(Program& program)
      : program_(program), noun_(program.add_noun("keys", "Keys that sign and verify tokens")) {
    noun_.footer("Example: restjwt keys generate && restjwt keys list");
  }

  void add_generate();
  void add_list();
  void add_show();
  void add_rotate();
  void add_retire();
  void add_export();
  void add_thumbprint();
  void add_import();

 private:
  CLI::App& add(const char* name, const char* description, const char* example, Action action) {
    return program_.add_command(noun_, name, description, example, std::move(action));
  }
  void add_passphrase_file(CLI::App& command, std::string& file) {
    program_.add_value(command, "--passphrase-file", file, "FILE",
                       "where the passphrase of an encrypted key is; asked for otherwise");
  }
  void add_yes(CLI::App& command) {
    command.add_flag("--yes", program_.arguments.yes, "do not ask");
  }

  Program& program_;
  CLI::App& noun_;
};

void Noun::add_generate() {
  const auto given = std::make_shared<keys::GenerateArguments>();
  auto& command =
      add("generate", "Make a key: the first signs at once, a later one waits for rotate",
          "restjwt keys generate --algorithm ES256",
          [given](const Arguments& all) { return keys::generate(all, *given); });
  program_.add_value(command, "--algorithm", given->algorithm, "ALG",
                     "ES256 unless you say so; also ES384, ES512, ES256K, RS256 and its kin, PS256 "
                     "and its kin, Ed25519, Ed448, HS256 and its kin");
  program_.add_value(command, "--kid", given->kid, "NAME", "its name; its thumbprint otherwise");
  program_.add_json_flag(command);
}

void Noun::add_list() {
  program_.add_json_flag(add("list", "All keys: state, since when, what comes next",
                             "restjwt keys list --json", keys::list));
}

void Noun::add_show() {
  const auto kid = std::make_shared<std::string>();
  auto& command = add("show", "Everything public of one key", "restjwt keys show 2026-11",
                      [kid](const Arguments& all) { return keys::show(all, *kid); });
  command.add_option("KID", *kid, "the key's name")->required();
  program_.add_json_flag(command);
}

void Noun::add_rotate() {
  const auto given = std::make_shared<keys::RotateArguments>();
  auto& command = add("rotate",
                      "Let the next key sign; without one, make one that signs after its "
                      "publication",
                      "restjwt keys rotate --drill",
                      [given](const Arguments& all) { return keys::rotate(all, *given); });
  command.add_flag("--drill", given->drill,
                   "play the whole change on a copy, without waiting, and print the time-line");
  command.footer(
      "While a key waits that will sign by itself, nothing is changed (exit code 0): a timer may\n"
      "call it again and again.\n" +
      command.get_footer());
}

void Noun::add_retire() {
  const auto given = std::make_shared<keys::RetireArguments>();
  auto& command = add("retire", "End a key of which nobody can hold an unexpired token",
                      "restjwt keys retire 2025-01",
                      [given](const Arguments& all) { return keys::retire(all, *given); });
  command.add_option("KID", given->kid, "the key's name")->required();
  command.add_flag("--compromised", given->compromised,
                   "somebody else may have the key: end it at once, with all its tokens");
  add_yes(command);
}

void Noun::add_export() {
  const auto given = std::make_shared<keys::ExportArguments>();
  auto& command = add("export", "Print the public keys of the store as a set, or one key",
                      "restjwt keys export 2026-11 --format pem",
                      [given](const Arguments& all) { return keys::export_keys(all, *given); });
  command.add_option("KID", given->kid, "the key's name; all otherwise");
  program_.add_value(
      command, "--format", given->format, "F",
      "jwks, jwk or pem; jwk of one key, otherwise jwks, whatever --output is named");
  program_.add_value(command, "--output", given->output, "FILE",
                     "a new file; one that is there is not overwritten");
  command.add_flag("--private", given->with_private, "the private key, into --output");
  add_yes(command);
}

void Noun::add_thumbprint() {
  const auto given = std::make_shared<keys::ThumbprintArguments>();
  auto& command = add("thumbprint", "The thumbprint (RFC 7638) of a key in PEM, X.509 or JWK",
                      "restjwt keys thumbprint certificate.pem",
                      [given](const Arguments& all) { return keys::thumbprint(all, *given); });
  auto* file = command.add_option("FILE", given->file, "standard input otherwise");
  program_.add_value(command, "--kid", given->kid, "KID", "a stored key in place of a file")
      .excludes(file);
  add_passphrase_file(command, given->passphrase_file);
}

void Noun::add_import() {
  const auto given = std::make_shared<keys::ImportArguments>();
  auto& command =
      add("import", "Take in a key in PEM, X.509, JWK, or all keys of a JWK Set at once",
          "restjwt keys import --from-settings",
          [given](const Arguments& all) { return keys::import_keys(all, *given); });
  command.add_option("FILE", given->file, "where the key is");
  program_.add_value(command, "--kid", given->kid, "NAME", "its name; otherwise its own");
  program_.add_value(command, "--algorithm", given->algorithm, "ALG", "where the key names none");
  command.add_flag("--verify-only", given->verify_only, "take the public part, which never signs");
  auto* secret = command.add_flag("--secret", given->secret, "the file's bytes are an HMAC key");
  command
      .add_flag("--from-settings", given->from_settings,
                "take over the key of [JWT_AUTH], so that its tokens go on verifying")
      ->excludes(secret);
  add_passphrase_file(command, given->passphrase_file);
}

}  // namespace

void add_keys(Program& program) {
  Noun noun(program);
  noun.add_generate();
  noun.add_list();
  noun.add_show();
  noun.add_rotate();
  noun.add_retire();
  noun.add_export();
  noun.add_thumbprint();
  noun.add_import();
}

}  // namespace restjwt::cli
