#!/usr/bin/env python3
"""Breaks each check that decode() makes, one at a time, and tells which tests turn red.

    tools/mutate-decode.py [FOLDER [PATTERN]]

Works on a copy of the repository in FOLDER (/tmp/restjwt-mutants), which is kept and built again the
next time; with a PATTERN, only on the checks whose file or description it matches. Takes about half an
hour; no part of script/test. Exit 1: a check may be broken and no test of the room jose minds; 2: a place
in the sources is not what it was.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]

# what is broken, file, text, what stands there instead
MUTATIONS = [
    ("a token may be of any length", "compact.cpp", "token.size() > max_length", "false"),
    # A fourth part needs no check of its own, though it has one: its dot is no character of base64url.
    ("base64url may end in one character", "base64url.cpp", "if (rest == 1) return false;", ""),
    ("base64url may hold foreign characters", "base64url.cpp", "if (bits >= foreign) return false;", ""),
    ("and at its end", "base64url.cpp", "bits >= foreign || (bits & spare) != 0", "(bits & spare & 0xFFFFFF) != 0"),
    ("spare bits may be set", "base64url.cpp", "(bits & spare) != 0", "false"),
    ("crit is not looked at", "jws.cpp", 'header.contains("crit") || ', ""),
    ("b64 is not looked at", "jws.cpp", ' || header.contains("b64")', ""),
    ("alg may be no string", "jws.cpp", "alg && alg->is_string() ? header_alg_numbered(alg->as_string()) : std::nullopt",
     "alg ? header_alg_numbered(alg->is_string() ? alg->as_string() : \"HS256\") : std::nullopt"),
    ("alg may be absent", "jws.cpp", "if (!number) return TokenErrc::algorithm_not_allowed;",
     "if (!number) return HeaderFacts{0, {}, false};"),
    ("kid may be no string", "jws.cpp", "return HeaderFacts{*number, {}, true};", "return HeaderFacts{*number, {}, false};"),
    ("ignore_kid is ignored", "jws.cpp", "rules.ignore_kid ? std::nullopt : ", ""),
    ("the signature may be no base64url", "jws.cpp", "if (!read_part(signature, token.signature)) return TokenErrc::malformed;",
     "(void)read_part(signature, token.signature);"),
    ("the header may be no object", "jws.cpp", "if (!read_part(header, token.header)) return TokenErrc::malformed;",
     "(void)read_part(header, token.header);"),
    ("no key need verify the signature", "jws.cpp", "if (key == nullptr) return TokenErrc::signature_mismatch;",
     "if (key == nullptr) key = keys.keys().data();"),
    ("a refused selection is gone on with", "jws.cpp", "if (selection.refusal()) return selection.refusal();", ""),
    ("a bad payload is told after a bad signature", "jws.cpp",
     "if (!verified && !(is_decodable(token->payload) && is_decodable(token->signature)))", "if (false)"),
    ("a header we know by heart is any", "key_set.cpp", "if (header == encoded_header) return HeaderFacts{alg};",
     "if (header.size() == encoded_header.size()) return HeaderFacts{alg};"),
    ("an alg that no key serves", "key_set.cpp", "if (!index_.served[alg_]) {", "if (false) {"),
    ("a kid that is no string", "key_set.cpp", "if (header.has_odd_kid) {", "if (false) {"),
    ("a kid selects no key", "key_set.cpp", "if (found != index_.by_kid.end()) named_ = found->second;",
     "named_ = index_.named[alg_];"),
    ("an unknown kid", "key_set.cpp", "if (!any_name_fits) {", "if (false) {"),
    ("a token without kid where one is demanded", "key_set.cpp", "} else if (!rules.require_kid) {", "} else {"),
    ("a named key of another algorithm is told as mismatch", "key_set.cpp",
     "} else if (nameless_.empty() && std::ranges::none_of(named_, fits)) {", "} else if (false) {"),
    ("a key verifies under another alg", "key_set.cpp", "if (!is_for_alg(number)) continue;", ""),
    ("any number of keys is tried", "key_set.cpp", "if (++tries > KeySet::max_tries) return nullptr;", ""),
    ("a MAC is not compared", "key.cpp", "return constant_time_equal(hmac->mac(signing_input).view(), signature);",
     "return hmac->mac(signing_input).size == signature.size();"),
    ("a MAC is compared over its own length", "key.cpp",
     "return constant_time_equal(hmac->mac(signing_input).view(), signature);",
     "return constant_time_equal(hmac->mac(signing_input).view().substr(0, signature.size()), signature);"),
    ("a short secret is taken", "key.cpp", "secret.size() < hash_size(algorithm) && !policy.allow_short_secret", "false"),
    # An empty secret is refused in two places, so that neither alone can be missed.
    ("PEM is a secret", "hmac_secret.cpp", "if (looks_like_key_pair(secret.reveal())) return KeyErrc::wrong_type;", ""),
    ("an ECDSA signature may have any length", "ecdsa.cpp", "if (raw.size() != 2 * size) return der;",
     "if (raw.size() < 2 * size) return der;"),
    ("the salt of PSS may have any length", "signature.cpp", "RSA_PSS_SALTLEN_DIGEST", "RSA_PSS_SALTLEN_AUTO"),
    ("an EdDSA signature is not looked at", "signature.cpp",
     "message.size()) == 1;\n  }\n  const Hash hash = context->hash(verifying_->md(), message);",
     "message.size()) != 7;\n  }\n  const Hash hash = context->hash(verifying_->md(), message);"),
    ("the payload may be no object", "jwt.cpp", "if (!claims.read_part(jws.encoded_payload)) return TokenErrc::malformed;",
     "(void)claims.read_part(jws.encoded_payload);"),
    ("the claims are not checked", "jwt.cpp", "return check(claims, rules, now);", "return {};"),
    ("members may have equal names", "../ground/json_index.cpp", "if (has_equal(first, names_.end()))", "if (false)"),
    ("equal names among many", "../ground/json_index.cpp", "return std::ranges::adjacent_find(first, end, {}, name) != end;",
     "return false;"),
    ("JSON may be deep", "../ground/json_index.cpp", "options.max_depth = JsonLimits().max_depth;", "options.max_depth = 1000;"),
    ("iat may be no number", "validation.cpp", "if (times.iat.is_untyped()) return TokenErrc::untyped_issued_at;", ""),
    ("nbf may be no number", "validation.cpp", "times.nbf.is_untyped() || ", ""),
    ("exp may be no number", "validation.cpp", " || times.exp.is_untyped()", ""),
    ("an exp of null is called a bad type", "validation.cpp",
     "rules.untyped_expiry_is_past && exp && (exp->is_null() || exp->is_bool())", "false"),
    ("iat may lie ahead", "validation.cpp", "if (times.iat.instant > latest_iat)", "if (false)"),
    ("iat ahead is counted without its limit", "validation.cpp", " + within_reach(rules.max_iat_ahead)", ""),
    ("nbf is not looked at", "validation.cpp", "if (times.nbf.instant > now + leeway)", "if (false)"),
    ("nbf has no leeway", "validation.cpp", "times.nbf.instant > now + leeway", "times.nbf.instant > now"),
    ("nbf is a second late", "validation.cpp", "times.nbf.instant > now + leeway", "times.nbf.instant >= now + leeway"),
    ("exp is not looked at", "validation.cpp", "if (rules.accept_at_expiry ? now > end : now >= end)", "if (false)"),
    ("exp has no leeway", "validation.cpp", "*times.exp.instant + leeway", "*times.exp.instant"),
    ("exp is a second late", "validation.cpp", "now > end : now >= end", "now > end : now > end"),
    ("accept_at_expiry is ignored", "validation.cpp", "rules.accept_at_expiry ? now > end : now >= end", "now >= end"),
    ("times that overflow are taken", "validation.cpp",
     "if (overflow && !rules.accept_endless_times)", "if (false)"),
    ("ignore_expiry is ignored", "validation.cpp", 'rules.ignore_expiry ? Time() : time_in(claims, "exp", rules)',
     'time_in(claims, "exp", rules)'),
    ("text is a time", "validation.cpp", "rules.accept_text_times && claim->is_string()", "claim->is_string()"),
    ("leeway may overflow", "validation.cpp", "const microseconds leeway = within_reach(rules.leeway);",
     "const microseconds leeway = rules.leeway;"),
    ("the issuer is not looked at", "validation.cpp", "if (rules.issuer && claims.issuer() != *rules.issuer)", "if (false)"),
    ("an absent issuer is taken", "validation.cpp", "claims.issuer() != *rules.issuer",
     "claims.issuer().value_or(*rules.issuer) != *rules.issuer"),
    ("the beginning of an issuer is enough", "validation.cpp", "claims.issuer() != *rules.issuer",
     "!rules.issuer->starts_with(claims.issuer().value_or(\"?\"))"),
    ("the audience is not looked at", "validation.cpp", "if (!is_audience(claims, rules))", "if (false)"),
    ("an audience nobody expects is taken", "validation.cpp", 'rules.ignore_unexpected_audience || !claims.members().contains("aud")',
     "true"),
    ("an unexpected audience is never ignored", "validation.cpp", "rules.ignore_unexpected_audience || ", ""),
    ("the beginning of an audience is enough", "claims.cpp", "return aud->as_string() == audience;",
     "return audience.starts_with(aud->as_string());"),
    ("an audience may hold what is no string", "claims.cpp", "return only_strings && found;", "return found;"),
    ("any list is the right audience", "claims.cpp", "found || (only_strings && one.as_string() == audience)", "only_strings"),
    ("nothing is required", "validation.cpp", "if (!claims.members().contains(name)) return TokenErrc::missing_claim;",
     "(void)name;"),
    ("a time far away is a time", "claims.cpp", "if (time < -furthest || time > furthest) return std::nullopt;", ""),
    ("times without end always count", "validation.cpp", "overflow && !rules.accept_endless_times", "false"),
    ("times without end never count", "validation.cpp", "overflow && !rules.accept_endless_times", "overflow"),
    ("a known header is of any kid", "key_set.cpp", "HeaderFacts{alg, key.kid(), false}", "HeaderFacts{alg, {}, false}"),
    ("a fraction of a time is dropped", "claims.cpp", "std::llround(time * 1e6)", "std::llround(time) * 1'000'000"),
]


def run(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, errors="replace", **options)


def build(folder):
    return run("cmake", "--build", folder / "build", "--target", "jose_test")


def red_tests(folder):
    """The tests that fail, or what else became of the program."""
    environment = {**os.environ, "RESTJWT_VECTORS": os.environ.get("RESTJWT_VECTORS") or str(ROOT.parent / "shared/vectors")}
    try:
        done = run(folder / "build/bin/jose_test", "--gtest_brief=1", "--gtest_filter=-Jwk.Generated*", cwd=folder / "tests", env=environment, timeout=600)
    except subprocess.TimeoutExpired:
        return ["(does not end)"]
    red = sorted(set(re.findall(r"^\[  FAILED  \] ([\w./]+\.[\w/]+)", done.stdout, re.M)))
    return red or ([] if done.returncode == 0 else [f"(ended with {done.returncode})"])


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/tmp/restjwt-mutants")
    for part in ("include", "src", "tests", "cmake"):  # written anew only where they differ: a build is long
        for file in (ROOT / part).rglob("*"):
            copy = folder / file.relative_to(ROOT)
            if file.is_file() and not (copy.is_file() and copy.read_bytes() == file.read_bytes()):
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)
    shutil.copyfile(ROOT / "tools/mutate-decode.cmake", folder / "CMakeLists.txt")
    for step in (run("cmake", "-G", "Ninja", "-S", folder, "-B", folder / "build"), build(folder)):
        if step.returncode != 0:
            sys.exit(step.stdout + step.stderr)
    if red := red_tests(folder):
        sys.exit(f"red before anything is broken: {red}")

    wanted = re.compile(sys.argv[2] if len(sys.argv) > 2 else "")
    mutations = [one for one in MUTATIONS if wanted.search(f"{one[0]} ({one[1]})")]
    survived, lost = [], []
    for what, name, old, new in mutations:
        file = folder / "src/jose" / name
        text = file.read_text()
        if text.count(old) != 1:
            lost.append(what)
            print(f"NOT FOUND  {what}: {name}: {old}", flush=True)
            continue
        file.write_text(text.replace(old, new))
        built = build(folder)
        red = red_tests(folder) if built.returncode == 0 else None
        file.write_text(text)
        if red is None:
            lost.append(what)
            print(f"NO C++  {what} ({name}): {built.stdout[-2000:]}", flush=True)
            continue
        if not red:
            survived.append(what)
        first = ", ".join(red[:3]) + (f" and {len(red) - 3} more" if len(red) > 3 else "")
        print(f"{'red' if red else 'SURVIVED'}  {what} ({name}): {first}", flush=True)
    print(f"{len(mutations)} checks broken, {len(survived)} unnoticed, {len(lost)} could not be broken")
    sys.exit(1 if survived else 2 if lost else 0)


if __name__ == "__main__":
    main()
