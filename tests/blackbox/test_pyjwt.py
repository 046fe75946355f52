"""PyJWT reads our tokens, and we take its."""

import base64
import json
import subprocess
import time

import jwt
import pytest

HMAC = ["HS256", "HS384", "HS512"]
RSA = ["RS256", "RS384", "RS512"]


def segments(token):
    """Header and claims as text, exactly as they stand in the token."""
    return [
        base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode() for part in token.split(".")[:2]
    ]


@pytest.fixture(scope="module")
def rsa_key():
    return subprocess.run(
        ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        capture_output=True, text=True, check=True,
    ).stdout


@pytest.fixture(params=HMAC + RSA)
def world(request, make_site, rsa_key):
    """A site that uses the algorithm, and PyJWT's keys for it: (site, algorithm, sign, verify)."""
    algorithm = request.param
    if algorithm in HMAC:
        site = make_site(jwt_auth=f'JWT_ALGORITHM = "{algorithm}"')
        sign = verify = site.secret
    else:
        site = make_site(jwt_auth=f'JWT_ALGORITHM = "{algorithm}"', secret=rsa_key)
        sign = rsa_key
        verify = subprocess.run(
            ["openssl", "pkey", "-pubout"], input=rsa_key, capture_output=True, text=True, check=True
        ).stdout
    site.add_user("admin", "abc123", "--email", "admin@example.com")
    return site.start(), algorithm, sign, verify


def test_both_ways(world):
    site, algorithm, sign, verify = world
    before = int(time.time())
    token = site.login()
    after = int(time.time())

    claims = jwt.decode(token, verify, algorithms=[algorithm])
    assert before + 300 <= claims["exp"] <= after + 300
    assert before <= claims["orig_iat"] <= after
    assert claims == {
        "user_id": 1, "username": "admin", "email": "admin@example.com",
        "exp": claims["exp"], "orig_iat": claims["orig_iat"],
    }
    header, payload = segments(token)
    assert header == json.dumps({"typ": "JWT", "alg": algorithm}, separators=(",", ":"))
    assert payload == json.dumps(json.loads(payload), separators=(",", ":"))

    theirs = jwt.encode({"user_id": 1, "username": "admin", "exp": after + 60}, sign, algorithm)
    assert site.whoami(theirs).json() == {"user": "admin"}
    expired = jwt.encode({"user_id": 1, "exp": before - 60}, sign, algorithm)
    assert site.whoami(expired).json() == {"detail": "Signature has expired."}


def test_without_refresh_there_is_no_orig_iat(make_site):
    site = make_site()
    site.config.write_text(site.config.read_text().replace("JWT_ALLOW_REFRESH = true", ""))
    site.add_user("admin")
    token = site.start().login()
    assert set(jwt.decode(token, site.secret, algorithms=["HS256"])) == {
        "user_id", "username", "email", "exp",
    }
    answer = site.post("/api-token-refresh/", {"token": token})
    assert (answer.status_code, answer.json()) == (
        400, {"non_field_errors": ["orig_iat field is required"]},
    )


def test_another_hash_with_the_same_secret_is_refused(site):
    forged = jwt.encode({"user_id": 1, "exp": int(time.time()) + 60}, site.secret, "HS512")
    assert site.whoami(forged).json() == {"detail": "Error decoding signature."}


def test_token_issue_makes_what_a_login_makes(site):
    token = site.run("token", "issue", "admin").strip()
    assert jwt.decode(token, site.secret, algorithms=["HS256"])["username"] == "admin"
    assert site.whoami(token).json() == {"user": "admin"}
