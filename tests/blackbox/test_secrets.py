"""Secrets stay where they are, and bad ones are not taken."""

import json
import os
import pathlib
import re
import stat
import subprocess

from program import BIN, raise_core_limit


def refusal(site, environment=None):
    """Starting must end with 2 and a reason; what it printed."""
    done = subprocess.run(
        [BIN, "serve", "--config", str(site.config), "--listen", "127.0.0.1:0"],
        capture_output=True, text=True, env=site.environment | (environment or {}), timeout=60,
    )
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def test_known_secrets_are_refused_and_not_printed(make_site, shared_vectors):
    known = json.loads((shared_vectors / "known_weak_secrets.json").read_text())["long"]
    site = make_site()
    for secret in known[:: len(known) // 20]:
        (site.folder / "secret.key").write_text(secret)
        said = refusal(site)
        assert "JWT_SECRET_KEY" in said
        assert secret not in said


def test_a_short_secret_is_refused_and_not_printed(make_site):
    site = make_site(secret="q7#short-but-odd")
    said = refusal(site)
    assert "JWT_SECRET_KEY" in said and "32" in said
    assert "q7#short-but-odd" not in said


def test_no_secret_is_refused(make_site):
    site = make_site()
    site.config.write_text(site.config.read_text().replace('JWT_SECRET_KEY_FILE = "secret.key"\n', ""))
    assert "JWT_SECRET_KEY" in refusal(site)


def test_a_public_key_as_hmac_secret_is_refused(make_site):
    pem = subprocess.run(
        "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 | openssl pkey -pubout",
        shell=True, capture_output=True, text=True, check=True,
    ).stdout
    site = make_site(secret=pem)
    said = refusal(site)
    assert "JWT_SECRET_KEY" in said and "BEGIN PUBLIC KEY" not in said


def test_a_mistake_is_told_with_file_line_and_nearest_name(make_site):
    site = make_site(jwt_auth='JWT_ALGORITM = "HS256"')
    line = site.config.read_text().splitlines().index('JWT_ALGORITM = "HS256"') + 1
    said = refusal(site)
    assert f"restjwt.toml:{line}: JWT_ALGORITM" in said and "JWT_ALGORITHM" in said


def test_switching_verification_off_needs_a_second_word(make_site):
    assert "allow_insecure" in refusal(make_site(jwt_auth="JWT_VERIFY = false"))


def test_nothing_secret_is_in_the_process_list(site):
    site.login()
    words = pathlib.Path(f"/proc/{site.process.pid}/cmdline").read_bytes()
    assert site.secret.encode() not in words and b"abc123" not in words


def test_no_core_is_dumped(site):
    raise_core_limit()
    site.stop()
    site.start()
    limits = pathlib.Path(f"/proc/{site.process.pid}/limits").read_text()
    assert re.search(r"Max core file size\s+0\s", limits)


def test_the_database_is_for_its_owner_only(make_site):
    site = make_site()
    old = os.umask(0o022)
    try:
        site.add_user("admin")
    finally:
        os.umask(old)
    for file in site.folder.glob("restjwt.db*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_config_show_masks_the_secret(make_site):
    site = make_site()
    shown = site.run("config", "show")
    assert "JWT_SECRET_KEY" in shown and site.secret not in shown


def test_a_token_in_the_url_is_not_logged(site):
    import requests

    token = site.login()
    requests.get(site.url + f"/protected-url/?token={token}", timeout=60)
    site.stop()  # the fixture looks for tokens; here, that there was a log at all
    assert "/protected-url/" in site.log_text()
