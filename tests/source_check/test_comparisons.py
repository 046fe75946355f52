"""Secrets, MACs and digests are compared with constant_time_equal() and with nothing else."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["include", "src", "server", "cli"]

NAME = r"\w*(?:mac|signature|secret|password|passphrase|token_hash|digest)\w*"
VALUE = rf"(?:\w+(?:\.|->))*{NAME}(?:(?:\.|->)(?:view|bytes|value|reveal)(?:\(\))?|\(\w*\))*"
OPERATOR = r"(?:==|!=)"
HASTY = "a comparison that ends at the first difference"
EVERYWHERE = [
    (re.compile(r"\b(?:mem|str|strn|strcase|b)cmp *\("), HASTY),
    (re.compile(rf"reveal\(\) *{OPERATOR}|{OPERATOR} *[\w.\->*]*reveal\(\)"), "a revealed secret is compared"),
    (re.compile(r"reveal\(\)\.(?:compare|starts_with|ends_with)\("), "a revealed secret is compared"),
]
# Where secrets are worked with. In storage and cli such names are those of columns and files.
ROOMS = ("src/ground/secret", "src/jose/", "src/auth/", "src/http/", "server/")
IN_ROOMS = [
    (re.compile(rf"(?<![\w.>]){VALUE} *{OPERATOR}(?! *(?:nullptr|0\b))", re.I), "looks like a secret being compared"),
    (re.compile(rf"{OPERATOR} *\*?{VALUE}(?![\w.(]|->|::)", re.I), "looks like a secret being compared"),
    (re.compile(r"\b(?:std::|ranges::)(?:equal|mismatch|lexicographical_compare) *\("), HASTY),
]

# file, a piece of the line, why it may stand there
ALLOWED = [
    ("src/auth/known_secrets.cpp", "digest_at(*found) == digest", "digests of secrets that are public"),
    ("src/jose/jwk_read.cpp", "raw_public_key(*key.pair) != x->reveal()", "public keys"),
    ("src/jose/verified_token_cache.cpp", "text.reveal() == asked_text", "found by a keyed hash, so mostly equal"),
    ("src/jose/edwards_point.cpp", "std::lexicographical_compare(y.rbegin()", "public keys"),
    ("src/auth/settings.cpp", "std::ranges::equal(cookie.substr(0, prefix.size())", "names of cookies"),
    ("server/forwarded.cpp", "mapped_prefix.begin()", "addresses"),
    ("src/http/message.cpp", "std::ranges::equal(a, b, {}, lower, lower)", "names of header fields"),
]


def code_of(line):
    """Without comments and the texts of literals."""
    return re.sub(r"//.*", "", re.sub(r'"(?:\\.|[^"\\])*"', '""', line))


def complaints(root):
    """(file, line, text, why) of each forbidden comparison under this folder."""
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*.?pp")):
            name = str(file.relative_to(root))
            rules = EVERYWHERE + (IN_ROOMS if name.startswith(ROOMS) else [])
            for number, line in enumerate(file.read_text().splitlines(), 1):
                why = next((why for pattern, why in rules if pattern.search(code_of(line))), None)
                if why:
                    yield name, number, line.strip(), why


def is_allowed(name, line):
    return any(name == file and piece in line for file, piece, _ in ALLOWED)


def test_nothing_else_compares_secrets():
    found = [c for c in complaints(ROOT) if not is_allowed(c[0], c[2])]
    assert not found, "\n".join(f"{name}:{number}: {why}: {line}" for name, number, line, why in found)


def test_each_exception_is_still_needed():
    found = list(complaints(ROOT))
    for file, piece, _ in ALLOWED:
        assert any(name == file and piece in line for name, _, line, _ in found), f"{file}: {piece}"


def test_the_one_comparison_is_that_of_the_library():
    text = (ROOT / "src/ground/secret.cpp").read_text()
    assert "a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0" in text
    users = [file for file in (ROOT / "src").rglob("*.cpp") if "CRYPTO_memcmp(" in file.read_text()]
    assert users == [ROOT / "src/ground/secret.cpp"]


def test_a_mac_is_compared_with_it():
    assert "constant_time_equal(" in (ROOT / "src/jose/key.cpp").read_text()


@pytest.mark.parametrize(
    "line",
    [
        "if (std::memcmp(a.data(), b.data(), a.size()) == 0) return true;",
        "return memcmp(mac, other, 32) == 0;",
        "return strcmp(a, b) == 0;",
        "return strncmp(a, b, 4) == 0;",
        "return secret.reveal() == other;",
        "return other != secret->reveal();",
        "return password.reveal().compare(other) == 0;",
        "return mac(input).view() == signature;",
        "return signature == expected;",
        "if (stored->password != given) return false;",
        "return given == passphrase;",
        "return hmac->mac(signing_input).view() == signature;",
        "return std::equal(mac.begin(), mac.end(), given.begin());",
        "return std::ranges::equal(a, b);",
    ],
)
def test_it_can_fail(tmp_path, line):
    file = tmp_path / "src/jose/key.cpp"
    file.parent.mkdir(parents=True)
    file.write_text(f"// a comment\n{line}\n")
    assert [(name, number) for name, number, *_ in complaints(tmp_path)] == [("src/jose/key.cpp", 2)]


@pytest.mark.parametrize(
    "line",
    [
        "return constant_time_equal(hmac->mac(signing_input).view(), signature);",
        "if (secret.size() == 0) return {};",
        "if (secret != nullptr && secret->size() < hash_size(algorithm)) return too_short;",
        'return kind == Kind::argon2 ? "argon2" : "password == x";',
        "// memcmp(a, b) would tell where they differ; secret == other, too",
        "if (EVP_Digest(a, b, c, d, e, nullptr) != 1) throw;",
        "if (signature.empty() == false) return;",
        "return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;",
    ],
)
def test_it_says_nothing_of_what_is_right(tmp_path, line):
    file = tmp_path / "src/jose/key.cpp"
    file.parent.mkdir(parents=True)
    file.write_text(line + "\n")
    assert list(complaints(tmp_path)) == []
