#pragma once
// Whether a case of a vector file gives the verdict it must give. Only what is public of the
// library is used: that this is enough is part of the proof.

#include <string>

#include <restjwt/json.hpp>

#include "vectors/file.hpp"

namespace restjwt::vectors {

struct Verdict {
  enum class Kind { passed, failed, skipped };
  Kind kind = Kind::passed;
  std::string why{};  ///< what was expected and what came; the reason of a skip
};

Verdict passed();
Verdict failed(std::string why);
Verdict skipped(std::string why);

/// What the case says of being accepted or refused, and what happened. "either": both are right.
Verdict compare(const Json& one, bool accepted);

/// The verdict on one case of the file. Throws BadFile when it is of a kind the format does not
/// have.
Verdict judge(const Json& one, const VectorFile& file);

// One function per kind. Each throws BadCase.
Verdict judge_jws_verify(const Json& one, const VectorFile& file);
Verdict judge_jws_sign(const Json& one, const VectorFile& file);
Verdict judge_seed(const Json& one, const VectorFile& file);
Verdict judge_jwt_claims(const Json& one, const VectorFile& file);
Verdict judge_refresh(const Json& one, const VectorFile& file);
Verdict judge_sig_verify(const Json& one, const VectorFile& file);
Verdict judge_mac_verify(const Json& one, const VectorFile& file);
Verdict judge_jwk_import(const Json& one, const VectorFile& file);
Verdict judge_jwk_thumbprint(const Json& one, const VectorFile& file);
Verdict judge_base64url(const Json& one, const VectorFile& file);
Verdict judge_json_parse(const Json& one, const VectorFile& file);

}  // namespace restjwt::vectors
