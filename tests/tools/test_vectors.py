"""restjwt-vectors: the verdict on all of shared/vectors, and what it says of files made here."""

import base64
import hmac
import json
import os
import pathlib
import subprocess

import jwt
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("RESTJWT_TOOLS") or ROOT / "build/release/bin") / "restjwt-vectors"
SHARED = pathlib.Path(os.environ.get("RESTJWT_VECTORS") or ROOT.parent / "shared/vectors")

# {"alg":"HS256"} . {} under the key below, made with `openssl dgst -hmac`
KEY = {"kty": "oct", "k": "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M"}
TOKEN = "eyJhbGciOiJIUzI1NiJ9.e30.uextm6CLddetUSIB4D-xujYR8dpiElN25hxY5r3_EGo"


def run(*files):
    return subprocess.run([PROGRAM, *files], capture_output=True, text=True, timeout=600)


@pytest.fixture
def judge(tmp_path):
    """Runs the program on one file of this kind with these cases: (exit code, lines)."""

    def judge(kind, *cases, **more):
        file = tmp_path / "own.json"
        numbered = [{"id": f"own/{i}", **case} for i, case in enumerate(cases)]
        file.write_text(json.dumps({"kind": kind, "cases": numbered, **more}))
        done = run(file)
        return done.returncode, done.stdout.splitlines()

    return judge


def test_all_shared_vectors():
    if not SHARED.is_dir():
        pytest.skip("no folder shared/vectors beside the repository")
    files = [file for file in sorted(SHARED.glob("*.json")) if file.name not in ("index.json", "known_weak_secrets.json")]
    done = run(*files)
    *lines, sum_line = done.stdout.splitlines()
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 failed, " in sum_line
    for line in lines:
        assert line.endswith("does not concern tokens or keys"), line
        assert any(kind in line for kind in ("pbkdf2", "django_password", "http_request")), line
    cases = sum(len(json.loads(file.read_bytes())["cases"]) for file in files)
    assert sum(int(word) for word in sum_line.replace(",", "").split() if word.isdigit()) == cases


def test_a_right_verdict_passes(judge):
    code, lines = judge(
        "jws_verify", {"token": TOKEN, "key": "k", "expect": "valid"},
        {"token": TOKEN[:-1] + "A", "key": "k", "expect": "invalid"}, keys={"k": KEY},
    )
    assert (code, lines) == (0, ["2 passed, 0 failed, 0 skipped"])


def test_a_wrong_verdict_fails_with_a_line(judge):
    code, lines = judge(
        "jws_verify", {"token": TOKEN, "key": "k", "expect": "invalid"},
        {"token": TOKEN + "A", "jwk": KEY, "expect": "valid"}, keys={"k": KEY},
    )
    assert code == 1
    assert lines == [
        "own/0: expected invalid, was accepted",
        "own/1: expected valid, was refused",
        "0 passed, 2 failed, 0 skipped",
    ]


def test_either_passes_whatever_comes(judge):
    code, lines = judge(
        "jws_verify", {"token": TOKEN, "jwk": KEY, "expect": "either"},
        {"token": "?", "jwk": KEY, "expect": "either"},
    )
    assert (code, lines) == (0, ["2 passed, 0 failed, 0 skipped"])


def test_the_policy_on_short_secrets_is_judged_switched_on_and_off(judge):
    short = {"kty": "oct", "k": "c2hvcnQ"}
    case = {"token": jwt.encode({}, "short", "HS256"), "jwk": short, "expect": "either", "policy": "min_hmac_key"}
    assert judge("jws_verify", {**case, "expect_lenient": "valid"})[0] == 0
    assert judge("jws_verify", {**case, "expect_lenient": "invalid"}) == (
        1, ["own/0: expected invalid with short secrets, was accepted", "0 passed, 1 failed, 0 skipped"],
    )


def test_the_class_of_a_refusal_counts(judge):
    case = {"token": TOKEN, "jwk": KEY, "now": 1_700_000_000, "options": {"require": ["exp"]}, "expect": "invalid"}
    assert judge("jwt_claims", {**case, "error": "missing"})[0] == 0
    code, lines = judge("jwt_claims", {**case, "error": "expired"})
    assert code == 1 and lines[0].startswith("own/0: expected expired, was refused: ")


@pytest.mark.parametrize(
    "orig_iat, expect, error",
    [(1_699_999_000, "valid", None), (1_699_000_000, "invalid", "refresh_expired"), ("x", "invalid", "bad_type"),
     (None, "invalid", "missing")],
)
def test_the_window_of_refreshing_is_judged_by_the_service(judge, orig_iat, expect, error):
    secret = b"0123456789abcdefghijklmnopqrstuvwxyz"
    jwk = {"kty": "oct", "k": base64.urlsafe_b64encode(secret).decode()}
    claims = {"exp": 1_700_000_009} | ({} if orig_iat is None else {"orig_iat": orig_iat})
    case = {"token": jwt.encode(claims, secret, "HS256"), "jwk": jwk, "now": 1_700_000_000, "expect": expect}
    case["options"] = {"refresh": True, "refresh_delta": 604_800}
    if error:
        case["error"] = error
    assert judge("jwt_claims", case) == (0, ["1 passed, 0 failed, 0 skipped"])
    case["expect"] = "valid" if expect == "invalid" else "invalid"
    assert judge("jwt_claims", case)[0] == 1


@pytest.mark.parametrize(
    "kind, right, wrong",
    [
        ("base64url", {"input": "_-4", "output_hex": "ffee"}, {"input": "_-4", "output_hex": "ffef"}),
        ("json_parse", {"b64": "e30="}, {"repeat": ["[", 100_000]}),
        ("jwk_import", {"jwk": KEY}, {"jwk": {"kty": "oct"}}),
        ("jwk_thumbprint", {"jwk": KEY, "sha256_b64u": "zxai4XGYwwBaiPvaJM-r09uFnC1Hy1_jkBDiHXsxR9E"},
         {"jwk": KEY, "sha256_b64u": "AAAA"}),
        ("jws_sign", {"jwk": KEY, "alg": "HS256", "protected_b64u": "eyJhbGciOiJIUzI1NiJ9", "payload_b64u": "e30", "token": TOKEN},
         {"jwk": KEY, "alg": "HS256", "protected_b64u": "eyJhbGciOiJIUzI1NiJ9", "payload_b64u": "e30", "token": TOKEN + "A"}),
        ("mac_verify", {"alg": "HS256", "key": "73" * 32, "msg": "", "tag": "MAC"},
         {"alg": "HS256", "key": "73" * 32, "msg": "00", "tag": "MAC"}),
    ],
)
def test_each_kind_can_pass_and_fail(judge, kind, right, wrong):
    mac = hmac.digest(b"s" * 32, b"", "sha256").hex()
    right, wrong = ({k: mac if v == "MAC" else v for k, v in case.items()} for case in (right, wrong))
    assert judge(kind, {**right, "expect": "valid"})[0] == 0
    code, lines = judge(kind, {**wrong, "expect": "valid"})
    assert code == 1 and lines[0].startswith("own/0: expected ")


def test_a_seed_is_never_accepted(judge):
    assert judge("seed", {"token": TOKEN, "expect": "no_crash"})[0] == 0


def test_what_does_not_concern_tokens_is_skipped_with_the_reason(judge):
    code, lines = judge("pbkdf2", {"expect": "valid"}, {"expect": "valid"})
    assert (code, lines) == (0, [
        "own.json: 2 skipped: pbkdf2 does not concern tokens or keys", "0 passed, 0 failed, 2 skipped",
    ])


def test_a_case_without_what_it_needs_fails(judge):
    code, lines = judge("jws_verify", {"key": "k", "expect": "valid"}, keys={"k": KEY})
    assert (code, lines[0]) == (1, 'own/0: has no member "token"')
    code, lines = judge("jws_verify", {"token": TOKEN, "key": "other", "expect": "valid"}, keys={"k": KEY})
    assert (code, lines[0]) == (1, "own/0: no key is named other")
    code, lines = judge("jws_verify", {"token": TOKEN, "jwk": KEY, "expect": "perhaps"})
    assert (code, lines[0]) == (1, 'own/0: expects "perhaps", which is no verdict')


def test_half_a_surrogate_pair_in_a_token_is_no_reason_to_give_up(judge):
    code, lines = judge(
        "jws_verify", {"token": TOKEN + "\ud800", "jwk": KEY, "expect": "invalid"},
        {"token": TOKEN, "jwk": KEY, "comment": "\U0001F511 \\ud800", "expect": "valid"},
    )
    assert (code, lines) == (0, ["2 passed, 0 failed, 0 skipped"])


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("", "at byte 0"), ("[]", "is no file of vectors"), ("{}", "is no file of vectors"), ('{"cases":[]}', "is no file of vectors"),
        ('{"kind":"seed","cases":1}', "is no file of vectors"), ('{"kind":"seed","cases":[{"id":"a"}]}', "has a case without"),
        ('{"kind":"seed","cases":[1]}', "has a case without"),
        ('{"kind":"knitting","cases":[{"id":"a","expect":"valid"}]}', 'no kind "knitting"'),
    ],
)
def test_a_file_of_another_format_gives_2(tmp_path, text, complaint):
    file = tmp_path / "bad.json"
    file.write_text(text)
    done = run(file)
    assert done.returncode == 2 and "bad.json" in done.stderr and complaint in done.stderr


def test_what_lies_beside_vectors_is_skipped(tmp_path):
    index = tmp_path / "index.json"
    index.write_text('{"format":{},"files":[]}')
    done = run(index)
    assert (done.returncode, done.stdout) == (0, "index.json: skipped: it holds no cases\n0 passed, 0 failed, 1 skipped\n")


@pytest.mark.parametrize("kind", ["seed", "knitting"])
def test_a_file_without_cases_is_skipped(judge, kind):
    assert judge(kind) == (0, ["own.json: skipped: it holds no cases", "0 passed, 0 failed, 1 skipped"])


def test_a_file_without_end_gives_2():
    done = run("/dev/zero")
    assert (done.returncode, done.stderr) == (2, "/dev/zero: is longer than 64 MiB\n")


def test_a_file_that_is_not_there_and_none_at_all_give_2(tmp_path):
    assert run(tmp_path / "nowhere.json").returncode == 2
    assert run(tmp_path).returncode == 2
    assert run().returncode == 2
