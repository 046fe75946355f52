#pragma once
// The commands behind `restjwt keys`. Each is a file of this folder.

#include <string>

#include "cli/command.hpp"

namespace restjwt::cli::keys {

struct GenerateArguments {
  std::string algorithm{};  ///< empty: ES256
  std::string kid{};        ///< empty: the thumbprint
};

struct RotateArguments {
  bool drill = false;
};

struct RetireArguments {
  std::string kid{};
  bool compromised = false;
};

struct ExportArguments {
  std::string kid{};     ///< empty: the public keys of the store
  std::string format{};  ///< jwks, jwk or pem; empty: jwk of one key, otherwise jwks
  std::string output{};  ///< a new file; empty: standard output
  bool with_private = false;
};

struct ThumbprintArguments {
  std::string file{};  ///< empty: standard input, unless `kid` names a stored key
  std::string kid{};
  std::string passphrase_file{};
};

struct ImportArguments {
  std::string file{};
  std::string kid{};        ///< empty: the key's own name, or its thumbprint
  std::string algorithm{};  ///< empty: the one the key names
  std::string passphrase_file{};
  bool verify_only = false;
  bool secret = false;         ///< the file's bytes are an HMAC key
  bool from_settings = false;  ///< the keys of [JWT_AUTH] in place of a file
};

int generate(const Arguments& arguments, const GenerateArguments& given);
int list(const Arguments& arguments);
int show(const Arguments& arguments, const std::string& kid);
int rotate(const Arguments& arguments, const RotateArguments& given);
int drill(const Arguments& arguments);
int retire(const Arguments& arguments, const RetireArguments& given);
int export_keys(const Arguments& arguments, const ExportArguments& given);
int thumbprint(const Arguments& arguments, const ThumbprintArguments& given);
int import_keys(const Arguments& arguments, const ImportArguments& given);

}  // namespace restjwt::cli::keys
