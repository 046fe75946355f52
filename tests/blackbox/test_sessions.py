"""A login can be ended, at once, from everywhere, and stays ended."""

import json
import signal
import sys
import time

import pytest
import requests

from checkout import REPOSITORY
from program import PASSWORD, TOKEN

sys.path.insert(0, str(REPOSITORY / "drills"))
import kill9  # noqa: E402


def ask(site, method, path, token, **options):
    return requests.request(
        method, site.url + path, headers={"Authorization": f"JWT {token}"}, timeout=60, **options
    )


def is_refused_soon(site, token):
    """By a server that was not asked itself: it reads what others revoke a few times a second."""
    deadline = time.monotonic() + 30
    while site.whoami(token).status_code == 200:
        assert time.monotonic() < deadline, "the token is still taken"
        time.sleep(0.01)
    return site.whoami(token).json() == {"detail": "Token is blacklisted."}


@pytest.fixture
def site(make_site, database):
    site = make_site(database=database.url)
    site.add_user("admin")
    return site.start()


def test_a_logout_outlives_kill_9(site):
    token = site.login()
    assert ask(site, "POST", "/auth/logout", token).json() == {"ended": 1}
    site.stop(signal.SIGKILL)
    site.start()
    assert site.whoami(token).status_code == 401
    assert site.whoami(site.login()).status_code == 200


def test_the_command_line_ends_sessions_of_a_running_server(site):
    token = site.login()
    [session] = json.loads(site.run("sessions", "list", "admin", "--json"))
    assert session["id"] == ask(site, "GET", "/auth/me", token).json()["session"]
    assert session["address"] == "127.0.0.1" and "python-requests" in session["user_agent"]
    site.run("sessions", "revoke", "admin", session["id"])
    assert is_refused_soon(site, token)
    again = site.login()
    site.run("users", "logout", "admin")
    assert is_refused_soon(site, again)
    wrong = site.run("sessions", "revoke", "admin", session["id"], check=False)
    assert wrong.returncode == 1 and "has no session" in wrong.stderr


def test_everybodys_sessions_can_be_ended(site):
    token = site.login()
    unsaid = site.run("sessions", "revoke-all", check=False)
    assert unsaid.returncode == 2 and "--yes" in unsaid.stderr
    assert site.whoami(token).status_code == 200
    assert "every session of every user has ended" in site.run("sessions", "revoke-all", "--yes")
    assert is_refused_soon(site, token)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE auth_user SET password = 'pbkdf2_sha256$1$a$b' WHERE username = 'late'",
        "UPDATE auth_user SET is_active = false WHERE username = 'late'",
        "DELETE FROM auth_user WHERE username = 'late'",
    ],
)
def test_what_another_program_changes_ends_sessions(site, database, change):
    """As Django does it: SQL on the table of users."""
    site.add_user("late")
    token, other = site.login("late"), site.login()
    database.execute(change)
    deadline = time.monotonic() + 30
    while site.whoami(token).status_code == 200:
        assert time.monotonic() < deadline, "the token is still taken"
    assert site.whoami(other).status_code == 200


def test_the_users_own_devices(site):
    here, there = site.login(), None
    time.sleep(1.1)  # a session of its own begins in another second
    there = site.login()
    sessions = ask(site, "GET", "/auth/sessions", there).json()["sessions"]
    assert [session["current"] for session in sessions] == [True, False]
    answer = ask(site, "DELETE", f"/auth/sessions/{sessions[1]['id']}", there)
    assert answer.status_code == 204 and answer.content == b""
    assert site.whoami(here).status_code == 401
    assert site.whoami(there).status_code == 200
    assert ask(site, "POST", "/auth/logout", there, json={"scope": "all"}).status_code == 200
    assert site.whoami(there).status_code == 401


def test_the_audit_log_tells_what_happened_and_no_secret(site, database):
    token = site.login()
    assert site.post("/api-token-auth/", {"username": "admin", "password": "wr0ng"}).status_code == 400
    unknown = {"username": "my-password", "password": "admin"}
    assert site.post("/api-token-auth/", unknown).status_code == 400
    ask(site, "POST", "/auth/logout", token)
    assert site.stop() == 0  # failed logins are written together, at the latest now
    lines = database.execute("SELECT line FROM restjwt_audit ORDER BY number")
    events = [json.loads(line) for line in lines]
    assert sorted((event["event"], event.get("user", "")) for event in events) == [
        ("login", "admin"), ("login_failed", ""), ("login_failed", "admin"), ("logout", "admin")]
    assert all(event["address"] == "127.0.0.1" for event in events)
    text = "\n".join(lines)
    assert not TOKEN.search(text)
    assert not any(secret in text for secret in ("wr0ng", "my-password", PASSWORD))
    stored = database.dump()
    assert token.encode() not in stored and b"wr0ng" not in stored


def test_what_was_answered_outlives_kill_9_at_any_moment(make_site, database):
    """The short form of drills/kill9.py."""
    site = make_site(database=database.url)
    kill9.prepare(site)
    site.start()
    figures = kill9.drill(site, rounds=4, seed=5)
    assert figures["faults"] == [] and figures["lost"] == 0 and figures["undone"] == 0
    assert figures["logins"] > 0 and figures["logouts"] > 0
