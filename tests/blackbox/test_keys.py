"""Keys that take turns, under a running server: nobody is logged out, and everybody finds the keys."""

import base64
import json
import os
import re
import signal
import stat
import subprocess
import threading
import time

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from checkout import REPOSITORY
from program import BIN, SANITIZED
from test_time import LIBRARY, FakeClock

KEYS = '[keys]\ndirectory = "keys"\n'

moves_the_clock = pytest.mark.skipif(
    SANITIZED or not LIBRARY, reason="no libfaketime, or a sanitizer that wants to be the first library itself"
)


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def kid_of(token):
    return jwt.get_unverified_header(token).get("kid")


def published(site):
    answer = requests.get(site.url + "/.well-known/jwks.json", timeout=60)
    assert answer.status_code == 200
    return answer.json()["keys"]


def published_kids(site):
    return {key["kid"] for key in published(site)}


def generate(site, *words):
    return site.run("keys", "generate", *words).splitlines()[0]


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)


def signs_with(site, kid):
    return lambda: kid_of(site.login()) == kid


@pytest.fixture
def make_keyed(make_site):
    """A site with [keys] and a user; its log must hold nothing private."""
    sites = []

    def make(keys=KEYS, **options):
        site = make_site(top=keys, **options)
        site.add_user("admin")
        sites.append(site)
        return site

    yield make
    for site in sites:
        site.stop()
        for file in (site.folder / "keys").glob("*.jwk"):
            stored = json.loads(file.read_text())
            for member in ("d", "p", "q", "k"):
                assert stored.get(member, "\0") not in site.log_text()


def openssl_verifies(site, kid, token, folder):
    """Whether the openssl program verifies the signature with the exported key."""
    signed, _, signature = token.rpartition(".")
    algorithm, raw = jwt.get_unverified_header(token)["alg"], decoded(signature)
    if algorithm == "ES256":
        raw = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    (folder / "signed").write_text(signed)
    (folder / "signature").write_bytes(raw)
    (folder / "key.pem").write_text(site.run("keys", "export", kid, "--format", "pem"))
    if algorithm == "EdDSA":
        words = ["pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "signed",
                 "-sigfile", "signature"]
    else:
        words = ["dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "signed"]
    return subprocess.run(["openssl", *words], cwd=folder, capture_output=True).returncode == 0


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_others_verify_with_the_published_key(make_keyed, tmp_path, algorithm):
    site = make_keyed()
    kid = generate(site, "--algorithm", algorithm)
    token = site.start().login()
    assert kid_of(token) == kid

    client = jwt.PyJWKClient(site.url + "/.well-known/jwks.json")
    key = client.get_signing_key_from_jwt(token)
    claims = jwt.decode(token, key.key, algorithms=[algorithm])
    assert claims["username"] == "admin"
    assert json.loads(site.run("keys", "export")) == {"keys": published(site)}
    assert openssl_verifies(site, kid, token, tmp_path)
    other = token[:-10] + ("A" if token[-10] != "A" else "B") + token[-9:]
    assert not openssl_verifies(site, kid, other, tmp_path)
    assert site.whoami(token).status_code == 200


def test_the_key_set_can_be_cached(make_keyed):
    site = make_keyed(keys=KEYS + 'cache_max_age = "7m"\n')
    generate(site)
    site.start()
    url = site.url + "/.well-known/jwks.json"
    first = requests.get(url, timeout=60)
    assert "max-age=420" in first.headers["Cache-Control"]
    again = requests.get(url, headers={"If-None-Match": first.headers["ETag"]}, timeout=60)
    assert (again.status_code, again.content) == (304, b"")
    generate(site)
    wait_for(lambda: len(published_kids(site)) == 2)
    changed = requests.get(url, headers={"If-None-Match": first.headers["ETag"]}, timeout=60)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_only_public_members_are_published(make_keyed):
    site = make_keyed()
    for algorithm in ["RS256", "ES256", "EdDSA", "HS256"]:
        generate(site, "--algorithm", algorithm)
    site.start()
    keys = published(site)
    assert [key["kty"] for key in keys] != [] and len(keys) == 3
    for key in keys:
        assert not {"d", "p", "q", "dp", "dq", "qi", "k", "restjwt"} & set(key)


def test_sighup_does_not_end_the_server_and_takes_up_the_keys(make_keyed):
    site = make_keyed()
    generate(site)
    site.start()
    kid = generate(site)
    site.process.send_signal(signal.SIGHUP)
    wait_for(lambda: kid in published_kids(site))
    assert site.process.poll() is None


class Visitors:
    """Ask with every token they were given, all the time."""

    def __init__(self, site):
        self.site, self.tokens, self.refused, self.rounds = site, [], [], 0
        self.stopping = threading.Event()
        self.resting = threading.Lock()  # whoever holds it knows that no question is under way
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.stopping.wait(0.001):
            with self.resting:
                for token in self.tokens:
                    answer = self.site.whoami(token)
                    if answer.status_code != 200:
                        self.refused.append((kid_of(token), answer.text))
                self.rounds += 1

    def ask(self):
        """One round at least."""
        rounds = self.rounds
        wait_for(lambda: self.rounds > rounds + 1)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join(60)
        assert not self.refused, self.refused[:3]


def moved(site, text):
    clock = FakeClock(site)
    site.environment["NO_FAKE_STAT"] = "1"
    clock.set(text)
    return clock


@moves_the_clock
def test_a_change_of_keys_logs_nobody_out(make_keyed):
    site = make_keyed(jwt_auth='JWT_EXPIRATION_DELTA = "10m"')
    clock = moved(site, "2031-05-06 12:00:00")
    old = generate(site)
    site.start()
    with Visitors(site) as visitors:
        visitors.tokens.append(site.login())
        new = generate(site)
        wait_for(lambda: published_kids(site) == {old, new})
        early = site.run("keys", "rotate", check=False)
        assert early.returncode == 1
        assert "2031-05-07 12:00:00 UTC, in 1 d" in early.stderr
        assert signs_with(site, old)()

        visitors.ask()
        with visitors.resting:  # those tokens expire meanwhile
            clock.set("2031-05-07 12:00:00")
            visitors.tokens[:] = [site.login()]
        visitors.ask()
        said = site.run("keys", "rotate")
        assert f"{new}: ES256, active since 2031-05-07 12:00:00 UTC" in said
        wait_for(signs_with(site, new))
        visitors.tokens.append(site.login())
        late = site.run("keys", "retire", old, check=False)
        assert late.returncode == 1
        assert "2031-05-07 12:11:00 UTC, in 11 min" in late.stderr

        clock.set("2031-05-07 12:09:59")
        assert site.run("keys", "retire", old, check=False).returncode == 1
        visitors.ask()
        with visitors.resting:
            last, visitors.tokens[:] = visitors.tokens[0], [site.login()]
            clock.set("2031-05-07 12:11:00")
        assert site.whoami(last).json() == {"detail": "Signature has expired."}
        site.run("keys", "retire", old)
        wait_for(lambda: published_kids(site) == {new})
        visitors.ask()
    assert site.whoami(last).status_code == 401


@moves_the_clock
def test_a_key_made_by_rotate_begins_by_itself(make_keyed):
    site = make_keyed(keys=KEYS + 'publication_period = "1h"\n')
    clock = moved(site, "2031-05-06 12:00:00")
    old = generate(site)
    site.start()
    said = site.run("keys", "rotate")
    assert "signs from 2031-05-06 13:00:00 UTC, in 1 h" in said
    new = next(kid for kid in re.findall(r"^(\S+): ", said, re.MULTILINE) if kid != old)
    wait_for(lambda: published_kids(site) == {old, new})
    clock.set("2031-05-06 12:59:59")
    token = site.login()
    assert kid_of(token) == old
    clock.set("2031-05-06 13:00:00")
    wait_for(signs_with(site, new))  # nobody has done anything
    assert site.whoami(token).status_code == 200


def test_a_compromised_key_ends_at_once_with_its_tokens(make_keyed):
    site = make_keyed()
    bad = generate(site)
    token = site.start().login()
    assert site.whoami(token).status_code == 200
    silent = site.run("keys", "retire", bad, "--compromised", check=False)
    assert (silent.returncode, "has to log in again" in silent.stderr) == (2, True)
    assert site.whoami(token).status_code == 200
    site.run("keys", "retire", bad, "--compromised", "--yes")
    wait_for(lambda: site.whoami(token).status_code == 401)
    wait_for(lambda: bad not in published_kids(site))
    assert kid_of(site.login()) not in (None, bad)


def test_keys_in_one_encrypted_file(make_keyed):
    site = make_keyed(keys='[keys]\nfile = "keys.jwe"\n')
    site.environment["RESTJWT_KEYS_PASSPHRASE"] = "a passphrase of the test"
    kid = generate(site)
    token = site.start().login()
    assert kid_of(token) == kid and site.whoami(token).status_code == 200
    file = site.folder / "keys.jwe"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert kid not in file.read_text(errors="replace")
    assert "a passphrase" not in site.log_text()
    site.environment["RESTJWT_KEYS_PASSPHRASE"] = "another"
    wrong = site.run("keys", "list", check=False)
    assert wrong.returncode == 1 and "another" not in wrong.stderr


def test_tokens_from_before_go_on_verifying(make_keyed):
    site = make_keyed()
    table = site.config.read_text()
    site.config.write_text(table.replace(KEYS, ""))
    before = site.start().login()
    assert kid_of(before) is None
    site.stop()

    site.config.write_text(table)
    site.run("keys", "import", "--from-settings", "--kid", "legacy")
    site.config.write_text(table.replace('JWT_SECRET_KEY_FILE = "secret.key"\n', ""))
    site.start()
    assert site.whoami(before).status_code == 200
    during = site.login()
    assert kid_of(during) == "legacy"
    assert published(site) == []  # a secret stays one
    forged = jwt.encode({"user_id": 1, "exp": int(time.time()) + 60}, "0" * 40, "HS256")
    assert site.whoami(forged).status_code == 401
    generate(site)
    wait_for(lambda: len(published_kids(site)) == 1)
    assert site.whoami(before).status_code == site.whoami(during).status_code == 200


def test_files_are_their_owners_only(make_keyed):
    site = make_keyed()
    before = os.umask(0)
    try:
        kid = generate(site)
        private = site.folder / "private.pem"
        site.run("keys", "export", kid, "--private", "--format", "pem", "--output", str(private), "--yes")
    finally:
        os.umask(before)
    assert stat.S_IMODE((site.folder / "keys").stat().st_mode) == 0o700
    for file in [private, *(site.folder / "keys").iterdir()]:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    public = subprocess.run(["openssl", "pkey", "-in", str(private), "-pubout"], capture_output=True,
                            text=True, check=True).stdout
    assert public == site.run("keys", "export", kid, "--format", "pem")


def test_without_a_key_that_signs_the_server_says_what_to_do(make_keyed):
    site = make_keyed()
    done = subprocess.run([BIN, "serve", "--config", str(site.config), "--listen", "127.0.0.1:0"],
                          capture_output=True, text=True, env=site.environment, timeout=60)
    assert done.returncode in (1, 2) and "keys generate" in done.stderr


def test_keys_of_a_mounted_secret_are_copied_first(make_keyed):
    """As docs/keys.md has it. Kubernetes mounts links to a folder that it replaces as a whole."""
    site = make_keyed()
    kid = generate(site)
    mounted = site.folder / "mounted"
    (site.folder / "keys").rename(mounted)
    (mounted / "..data").mkdir(mode=0o700)
    for file in mounted.glob("*.jwk"):
        file.rename(mounted / "..data" / file.name)
        file.symlink_to(f"..data/{file.name}")

    site.config.write_text(site.config.read_text().replace('"keys"', '"mounted"'))
    refused = site.run("keys", "list", check=False)
    assert refused.returncode == 1 and "is a symbolic link" in refused.stderr

    site.config.write_text(site.config.read_text().replace('"mounted"', '"keys"'))
    [line] = re.findall(r"^mkdir .*install .*$", (REPOSITORY / "docs/keys.md").read_text(), re.MULTILINE)
    subprocess.run(["bash", "-c", line.replace("/mnt/keys", "mounted")], cwd=site.folder, check=True)
    assert kid_of(site.start().login()) == kid


def test_a_key_in_der_is_imported_as_pem(make_keyed):
    """With the command in docs/keys.md."""
    site = make_keyed()
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-outform", "DER", "-out", "key.der"],
                   cwd=site.folder, check=True)
    refused = site.run("keys", "import", str(site.folder / "key.der"), check=False)
    assert refused.returncode == 1 and "PEM" in refused.stderr
    [line] = re.findall(r"`(openssl pkey -inform DER .*?)`", (REPOSITORY / "docs/keys.md").read_text())
    subprocess.run(["bash", "-c", line.replace("FILE", "key.der")], cwd=site.folder, check=True)
    assert "Ed25519, active" in site.run("keys", "import", str(site.folder / "key.pem"))
