"""Every algorithm against the openssl program: it verifies our signatures, and we verify its."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from cross import ALL, EC, EDWARDS, HMAC, RSA, SECRET, Key, bent, openssl

MESSAGE = b"what is signed, \x00 \xff and \n"
COORDINATE = {"ES256": 32, "ES384": 48, "ES512": 66, "ES256K": 32}


@pytest.fixture(params=ALL)
def key(request, tmp_path):
    return Key(tmp_path, request.param)


def digest(key):
    return ["dgst", "-sha256" if key.algorithm == "ES256K" else "-sha" + key.algorithm[-3:]]


def padding(key):
    if not key.algorithm.startswith("PS"):
        return []
    return ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]


def sign(key, message, folder):
    """The signature openssl makes, in the form of a JWS (RFC 7518 §3.4)."""
    file = folder / "message"
    file.write_bytes(message)
    if key.algorithm in HMAC:
        return openssl(*digest(key), "-hmac", SECRET, "-binary", file)
    if key.algorithm in EDWARDS:
        return openssl("pkeyutl", "-sign", "-rawin", "-inkey", key.private, "-in", file)
    signature = openssl(*digest(key), "-sign", key.private, *padding(key), file)
    if key.algorithm not in EC:
        return signature
    size = COORDINATE[key.algorithm]
    return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(signature))


def verifies(key, message, signature, folder):
    if key.algorithm in HMAC:
        return sign(key, message, folder) == signature
    if key.algorithm in EC:
        half = len(signature) // 2
        signature = encode_dss_signature(*(int.from_bytes(s, "big") for s in (signature[:half], signature[half:])))
    (folder / "message").write_bytes(message)
    (folder / "signature").write_bytes(signature)
    if key.algorithm in EDWARDS:
        how = ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key.public, "-sigfile"]
        return openssl(*how, folder / "signature", "-in", folder / "message", check=False)
    how = [*digest(key), "-verify", key.public, *padding(key), "-signature"]
    return openssl(*how, folder / "signature", folder / "message", check=False)


def we_verify(key, message, signature, folder):
    (folder / "theirs").write_bytes(signature)
    return key.run("verify-bytes", folder / "theirs", stdin=message).returncode == 0


def test_it_verifies_what_we_sign(key, tmp_path):
    signature = key.run("sign-bytes", stdin=MESSAGE).stdout
    assert signature
    assert verifies(key, MESSAGE, signature, tmp_path)
    assert not verifies(key, MESSAGE + b"!", signature, tmp_path)


def test_we_verify_what_it_signs(key, tmp_path):
    signature = sign(key, MESSAGE, tmp_path)
    assert we_verify(key, MESSAGE, signature, tmp_path)
    assert not we_verify(key, MESSAGE + b"!", signature, tmp_path)
    assert not we_verify(key, MESSAGE, signature[:-1] + bytes([signature[-1] ^ 1]), tmp_path)
    assert not we_verify(key, MESSAGE, signature[:-1], tmp_path)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(key, header, folder):
    text = b64(json.dumps(header).encode()) + "." + b64(b'{"sub":"openssl"}')
    return text + "." + b64(sign(key, text.encode(), folder))


def test_we_read_a_token_made_by_hand(key, tmp_path):
    made = token(key, {"alg": key.name}, tmp_path)
    assert key.verify(made) == (True, '{"sub":"openssl"}')
    for wrong in bent(made):
        assert not key.verify(wrong)[0]


@pytest.mark.parametrize("curve, other", [("Ed25519", "Ed448"), ("Ed448", "Ed25519")])
def test_rfc_9864_names_are_taken_for_their_own_curve_only(curve, other, tmp_path):
    key = Key(tmp_path, curve)
    assert key.verify(token(key, {"alg": curve}, tmp_path))[0]
    assert not key.verify(token(key, {"alg": other}, tmp_path))[0]


@pytest.mark.parametrize("curve", EDWARDS)
def test_rfc_9864_names_are_written_when_asked_for(curve, tmp_path):
    key = Key(tmp_path, curve)
    made = key.sign("{}", verb="sign-by-own-name")
    header, payload, signature = made.split(".")
    assert base64.urlsafe_b64decode(header + "==").decode() == f'{{"typ":"JWT","alg":"{curve}"}}'
    raw = base64.urlsafe_b64decode(signature + "==")
    assert verifies(key, f"{header}.{payload}".encode(), raw, tmp_path)


@pytest.mark.parametrize("salt", [0, 20, 31, 33, "max"])
def test_a_salt_of_another_length_is_refused(salt, tmp_path):
    key = Key(tmp_path, "PS256")
    (tmp_path / "message").write_bytes(MESSAGE)
    signature = openssl(
        "dgst", "-sha256", "-sign", key.private, "-sigopt", "rsa_padding_mode:pss",
        "-sigopt", f"rsa_pss_saltlen:{salt}", tmp_path / "message",
    )
    assert not we_verify(key, MESSAGE, signature, tmp_path)


@pytest.mark.parametrize("algorithm", [*RSA, *EC, *EDWARDS])
def test_the_key_in_a_certificate_verifies(algorithm, tmp_path):
    key = Key(tmp_path, algorithm)
    made = key.sign("{}")
    openssl("req", "-x509", "-new", "-key", key.private, "-subj", "/CN=restjwt", "-days", "2", "-out", key.public)
    assert key.verify(made) == (True, "{}")
