#include "vectors/judge.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace restjwt::vectors {
namespace {

Verdict not_ours(const Json&, const VectorFile&) {
  return skipped("does not concern tokens or keys");
}

struct Kind {
  std::string_view name;
  Verdict (*judge)(const Json&, const VectorFile&);
};

constexpr std::array kinds{Kind{"jws_verify", judge_jws_verify},
                           Kind{"jws_sign", judge_jws_sign},
                           Kind{"sig_verify", judge_sig_verify},
                           Kind{"mac_verify", judge_mac_verify},
                           Kind{"jwk_import", judge_jwk_import},
                           Kind{"jwk_thumbprint", judge_jwk_thumbprint},
                           Kind{"jwt_claims", judge_jwt_claims},
                           Kind{"base64url", judge_base64url},
                           Kind{"json_parse", judge_json_parse},
                           Kind{"seed", judge_seed},
                           Kind{"pbkdf2", not_ours},
                           Kind{"django_password", not_ours},
                           Kind{"http_request", not_ours}};

}  // namespace

Verdict passed() { return {}; }
Verdict failed(std::string why) { return {Verdict::Kind::failed, std::move(why)}; }
Verdict skipped(std::string why) { return {Verdict::Kind::skipped, std::move(why)}; }

Verdict compare(const Json& one, bool accepted) {
  const std::string& expect = text(one, "expect");
  if (expect == "either") return passed();
  if (expect != "valid" && expect != "invalid" && expect != "no_crash")
    throw BadCase("expects \"" + expect + "\", which is no verdict");
  if ((expect == "valid") == accepted) return passed();
  return failed("expected " + expect + ", was " + (accepted ? "accepted" : "refused"));
}

Verdict judge(const Json& one, const VectorFile& file) {
  const auto kind = std::ranges::find(kinds, file.kind(), &Kind::name);
  if (kind == kinds.end())
    throw BadFile(file.name() + ": the format has no kind \"" + file.kind() + '"');
  try {
    return kind->judge(one, file);
  } catch (const BadCase& bad) {
    return failed(bad.what());
  } catch (const std::exception& thrown) {
    return failed(std::string("an exception came out of the library: ") + thrown.what());
  }
}

}  // namespace restjwt::vectors
