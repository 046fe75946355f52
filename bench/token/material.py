"""material.py FILE: the keys and tokens every contender of one run shares, as JSON.

For each algorithm: the key in the forms libraries take it, a token, the same token with a flipped
signature ("forged") and one whose exp has passed ("expired").
"""

import base64
import json
import secrets
import sys
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding, NoEncryption, PrivateFormat, PublicFormat)

HOUR = 3600


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, size=None):
    return base64url(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def rsa_jwk(key):
    private = key.private_numbers()
    public = private.public_numbers
    members = {"n": public.n, "e": public.e, "d": private.d, "p": private.p, "q": private.q,
               "dp": private.dmp1, "dq": private.dmq1, "qi": private.iqmp}
    return {"kty": "RSA", **{name: number(value) for name, value in members.items()}}


def ec_jwk(key):
    private = key.private_numbers()
    members = {"x": private.public_numbers.x, "y": private.public_numbers.y,
               "d": private.private_value}
    return {"kty": "EC", "crv": "P-256",
            **{name: number(value, 32) for name, value in members.items()}}


def in_pem(key):
    return {"private_pem": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8,
                                             NoEncryption()).decode(),
            "public_pem": key.public_key().public_bytes(
                Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()}


def flipped(token):
    at = token.rindex(".") + 5
    return token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1:]


now = int(time.time())
claims = {"user_id": 1, "username": "admin", "exp": now + 24 * HOUR, "email": "admin@example.com",
          "orig_iat": now}
secret = secrets.token_hex(32)
rsa_key = rsa.generate_private_key(65537, 2048)
ec_key = ec.generate_private_key(ec.SECP256R1())
ed_key = ed25519.Ed25519PrivateKey.generate()

keys = {
    "HS256": (secret, {"secret": secret,
                       "jwk": {"kty": "oct", "k": base64url(secret.encode())}}),
    "RS256": (rsa_key, {**in_pem(rsa_key), "jwk": rsa_jwk(rsa_key)}),
    "ES256": (ec_key, {**in_pem(ec_key), "jwk": ec_jwk(ec_key)}),
    "EdDSA": (ed_key, in_pem(ed_key)),
}

material = {"now": now, "claims": claims, "algorithms": {}}
for algorithm, (key, forms) in keys.items():
    token = jwt.encode(claims, key, algorithm)
    material["algorithms"][algorithm] = {
        **forms, "token": token, "forged": flipped(token),
        "expired": jwt.encode({**claims, "exp": now - HOUR}, key, algorithm)}
with open(sys.argv[1], "w", encoding="ascii") as file:
    json.dump(material, file, indent=1)
