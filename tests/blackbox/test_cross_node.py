"""jose from npm reads our tokens, and we read its. Its version stands in tests/node/package-lock.json."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

from cross import BIN, Key, bent

SOURCE = pathlib.Path(__file__).resolve().parents[1] / "node"
CLAIMS = {"sub": "\u00fcmlaut \U0001f511", "n": 2**53 - 1, "list": [1, None, True], "exp": 4102444800}
ALGORITHMS = ["HS256", "RS256", "PS256", "ES256", "Ed25519"]


@pytest.fixture(scope="module")
def node():
    """Runs a job of tests/node/jws.mjs. What npm installs lies in the build tree."""
    folder = pathlib.Path(BIN).parent.parent / "node"
    folder.mkdir(exist_ok=True)
    lock = (SOURCE / "package-lock.json").read_bytes()
    for file in SOURCE.iterdir():
        shutil.copy(file, folder)
    installed = folder / "installed-lock.json"
    if not installed.is_file() or installed.read_bytes() != lock:
        # npm trusts what Node brings along; what the machine trusts besides has to be said.
        trusted = {"NODE_EXTRA_CA_CERTS": "/etc/ssl/certs/ca-certificates.crt", **os.environ}
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=folder, check=True, timeout=300, env={**trusted, "npm_config_update_notifier": "false"},
        )
        installed.write_bytes(lock)

    def run(**job):
        done = subprocess.run(
            ["node", "jws.mjs"], input=json.dumps(job), cwd=folder, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(params=ALGORITHMS)
def key(request, tmp_path):
    return Key(tmp_path, request.param)


def test_it_reads_what_we_sign(node, key):
    token = key.sign(json.dumps(CLAIMS))
    seen = node(do="verify", alg=key.name, key=key.verifying, token=token)
    assert seen == {"header": {"typ": "JWT", "alg": key.name}, "claims": CLAIMS}
    for wrong in bent(token):
        assert "refused" in node(do="verify", alg=key.name, key=key.verifying, token=wrong)


def test_we_read_what_it_signs(node, key):
    token = node(do="sign", alg=key.name, key=key.signing, claims=CLAIMS)["token"]
    accepted, text = key.verify(token)
    assert accepted, text
    assert json.loads(text) == CLAIMS
    for wrong in bent(token):
        assert not key.verify(wrong)[0]


def test_both_call_an_expired_token_expired(node, key):
    ours = key.sign('{"exp":1}')
    seen = node(do="verify", alg=key.name, key=key.verifying, token=ours)
    assert seen == {"refused": "ERR_JWT_EXPIRED"}
    theirs = node(do="sign", alg=key.name, key=key.signing, claims={"exp": 1})["token"]
    accepted, text = key.verify(theirs)
    assert not accepted and "expired" in text.lower()


def test_it_opens_the_encrypted_file_of_keys(node, make_site):
    passphrase = "correct horse battery staple \u00fc"
    site = make_site()
    secret_file = site.folder / "passphrase"
    secret_file.touch(mode=0o600)
    secret_file.write_text(passphrase)
    with site.config.open("a") as config:
        config.write('[keys]\nfile = "keys.jwe"\npassphrase_file = "passphrase"\n')
    kids = [site.run("keys", "generate", "--algorithm", name).splitlines()[0] for name in ("ES256", "Ed25519")]

    sealed = (site.folder / "keys.jwe").read_text().strip()
    alg = "PBES2-HS512+A256KW"
    opened = node(do="decrypt", alg=alg, jwe=sealed, passphrase=passphrase)
    assert (opened["header"]["alg"], opened["header"]["enc"], opened["header"]["p2c"]) == (alg, "A256GCM", 600_000)
    keys = json.loads(opened["text"])["keys"]
    assert {key["kid"] for key in keys} == set(kids)  # of one second in any order
    assert all("d" in key for key in keys)
    refused = node(do="decrypt", alg=alg, jwe=sealed, passphrase=passphrase + "x")
    assert refused == {"refused": "ERR_JWE_DECRYPTION_FAILED"}
