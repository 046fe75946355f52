"""script/server: makes the quickstart once, keeps it, and serves it."""

import json
import re
import stat

import pytest

from checkout import Checkout


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def log_in(checkout, password="abc123"):
    shown = checkout.shell(
        f'curl -X POST -d "username=admin&password={password}" http://localhost:8000/api-token-auth/'
    )
    return json.loads(shown)["token"]


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_it_makes_a_quickstart_for_its_owner_only(checkout):
    printed = checkout.start()
    log_in(checkout)
    checkout.stop()
    for line in (
        'curl -X POST -d "username=admin&password=abc123" http://localhost:',
        'curl -H "Authorization: JWT <your_token>" http://localhost:',
        """-d '{"token":"<your_token>"}' http://localhost:""",
    ):
        assert line in printed
    quickstart = checkout.folder / "build/quickstart"
    secret = (quickstart / "secret.key").read_text()
    assert re.fullmatch("[0-9a-f]{64}", secret)
    assert secret not in printed
    assert mode(quickstart) == 0o700
    for name in ("secret.key", "restjwt.toml", "restjwt.db"):
        assert mode(quickstart / name) == 0o600, name


def test_the_second_start_keeps_everything(checkout):
    checkout.start()
    secret = (checkout.folder / "build/quickstart/secret.key").read_text()
    checkout.shell(
        "printf 'another\\n' | build/release/bin/restjwt users passwd admin --password-stdin "
        "--config build/quickstart/restjwt.toml"
    )
    token = log_in(checkout, "another")  # another password ended the sessions of before
    checkout.stop()
    checkout.start()
    assert (checkout.folder / "build/quickstart/secret.key").read_text() == secret
    ask = f'curl -H "Authorization: JWT {token}" http://localhost:8000/protected-url/'
    assert checkout.shell(ask) == '{"user": "admin"}'
    shown = checkout.shell(
        'curl -X POST -d "username=admin&password=another" http://localhost:8000/api-token-auth/'
    )
    assert "token" in json.loads(shown)
    checkout.stop()


@pytest.mark.parametrize("done", ["folder", "secret", "database", "user"])
def test_a_first_start_cut_short_is_gone_on_with(checkout, done):
    quickstart = checkout.folder / "build/quickstart"
    if done in ("database", "user"):
        checkout.start()
        checkout.stop()
        (quickstart / "ready").unlink()
        if done == "database":
            checkout.shell("build/release/bin/restjwt users delete admin --config build/quickstart/restjwt.toml")
    else:
        quickstart.mkdir(mode=0o755)
        if done == "secret":
            (quickstart / "secret.key").touch(mode=0o600)
            (quickstart / "secret.key").write_text("0123456789abcdef" * 4)
    checkout.start()
    log_in(checkout)
    checkout.stop()
    assert mode(quickstart) == 0o700
