"""Every algorithm that PyJWT has: it reads our tokens, and we read its."""

import json

import jwt
import pytest

from cross import ALL, HMAC, Key, bent

CLAIMS = {"sub": "\u00fcmlaut \U0001f511", "n": 2**53, "list": [1, None, True, {"a": "\\\""}], "exp": 4102444800}


@pytest.fixture(params=ALL)
def key(request, tmp_path):
    return Key(tmp_path, request.param)


def read_by_pyjwt(token, key):
    verifying = key.verifying if key.algorithm not in HMAC else key.verifying.encode()
    return jwt.decode(token, verifying, algorithms=[key.name])


def test_it_reads_what_we_sign(key):
    token = key.sign(json.dumps(CLAIMS))
    assert read_by_pyjwt(token, key) == CLAIMS
    assert jwt.get_unverified_header(token) == {"typ": "JWT", "alg": key.name}
    for wrong in bent(token):
        with pytest.raises(jwt.InvalidTokenError):
            read_by_pyjwt(wrong, key)


def test_we_read_what_it_signs(key):
    token = jwt.encode(CLAIMS, key.signing, key.name)
    accepted, text = key.verify(token)
    assert accepted, text
    assert json.loads(text) == CLAIMS
    for wrong in bent(token):
        assert not key.verify(wrong)[0]


def test_we_refuse_what_it_refuses(key):
    for claims, reason in [({"exp": 1}, "expired"), ({"nbf": 4102444800}, "not valid yet")]:
        accepted, text = key.verify(jwt.encode(claims, key.signing, key.name))
        assert not accepted and reason in text.lower(), text


def test_none_is_no_algorithm(key):
    assert not key.verify(jwt.encode(CLAIMS, None, "none"))[0]


def test_every_algorithm_of_pyjwt_is_here():
    theirs = set(jwt.algorithms.get_default_algorithms()) - {"none", "EdDSA", "ES521"}  # ES521: its misprint
    assert theirs == set(ALL) - {"Ed25519", "Ed448"}
