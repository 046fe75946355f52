"""Keys that the openssl program makes, and our side of the checks against other people's programs."""

import pathlib
import subprocess

from program import BIN

JWS = pathlib.Path(BIN).parent / "restjwt-jws"
CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "ES256K": "secp256k1"}
HMAC = ["HS256", "HS384", "HS512"]
RSA = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
EC = list(CURVES)
EDWARDS = ["Ed25519", "Ed448"]
ALL = [*HMAC, *RSA, *EC, *EDWARDS]
SECRET = "0123456789abcdefghijklmnopqrstuvwxyz" * 2  # as long as the longest hash


def openssl(*words, stdin=b"", check=True):
    done = subprocess.run(["openssl", *map(str, words)], input=stdin, capture_output=True, timeout=120)
    assert not check or done.returncode == 0, done.stderr.decode()
    return done.stdout if check else done.returncode == 0


def generate(algorithm):
    """How `openssl genpkey` makes a private key for it."""
    if algorithm in RSA:
        return ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
    if algorithm in EC:
        return ["-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{CURVES[algorithm]}"]
    return ["-algorithm", algorithm]


class Key:
    """A key for the algorithm, in files. `signing` and `verifying` are its texts."""

    def __init__(self, folder, algorithm):
        self.algorithm = algorithm
        self.name = "EdDSA" if algorithm in EDWARDS else algorithm  # in a token's header
        self.private, self.public = folder / "private.key", folder / "public.key"
        if algorithm in HMAC:
            for file in self.private, self.public:
                file.write_text(SECRET)
        else:
            self.private.write_bytes(openssl("genpkey", *generate(algorithm)))
            self.public.write_bytes(openssl("pkey", "-in", self.private, "-pubout"))
        self.signing, self.verifying = self.private.read_text(), self.public.read_text()

    def run(self, verb, *files, stdin):
        file = self.private if verb.startswith("sign") else self.public
        return subprocess.run(
            [JWS, verb, self.algorithm, file, *files], input=stdin, capture_output=True, timeout=120
        )

    def sign(self, claims_text, verb="sign"):
        """Our token."""
        done = self.run(verb, stdin=claims_text.encode())
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def verify(self, token):
        """What we read in a token, as text; the reason where we refuse it."""
        done = self.run("verify", stdin=token.encode())
        return done.returncode == 0, (done.stdout or done.stderr).decode().strip()


def bent(token):
    """The token, one bit of its payload or signature changed, without a signature, and as none."""
    header, payload, signature = token.split(".")

    def flip(text, at=2):
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        return text[:at] + alphabet[alphabet.index(text[at]) ^ 1] + text[at + 1 :]

    yield f"{header}.{flip(payload)}.{signature}"
    yield f"{header}.{payload}.{flip(signature)}"
    yield f"{header}.{payload}."
    yield f"eyJhbGciOiJub25lIn0.{payload}."
