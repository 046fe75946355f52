"""A backup in the middle of traffic, put back: users are there, and no token of before is taken."""

import shutil
import subprocess
import threading
import time

import pytest
import requests

from databases import SqliteDatabase
from program import PASSWORD

USERS = ["ada", "bob", "cyd"]


class Traffic:
    """Each user logs in and out, and keeps all tokens."""

    def __init__(self, site):
        self.site, self.stopping = site, threading.Event()
        self.tokens, self.faults = [], []
        self.threads = [threading.Thread(target=self.run, args=(name,)) for name in USERS]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def run(self, name):
        try:
            while not self.stopping.is_set():
                token = login_soon(self.site, name)
                self.tokens.append(token)
                header = {"Authorization": f"JWT {token}"}
                answer = requests.post(self.site.url + "/auth/logout", headers=header, timeout=60)
                assert answer.status_code == 200, answer.text
        except Exception as fault:  # noqa: BLE001 - a thread reports, the test judges
            self.faults.append(repr(fault))

    def wait_for(self, count):
        wanted = len(self.tokens) + count
        while len(self.tokens) < wanted and not self.faults:
            self.stopping.wait(0.01)


@pytest.fixture
def site(make_site, database):
    site = make_site(database=database.url)
    for name in USERS:
        site.add_user(name)
    return site.start()


def back_up(site, database, folder):
    if isinstance(database, SqliteDatabase):
        site.run("database", "backup", str(folder / "copy.db"))
        return
    with (folder / "copy.sql").open("wb") as dump:
        subprocess.run(["pg_dump", "-d", database.url], stdout=dump, check=True, timeout=60)


def put_back(database, folder):
    if isinstance(database, SqliteDatabase):
        for name in ["restjwt.db-wal", "restjwt.db-shm"]:
            (database.folder / name).unlink(missing_ok=True)
        shutil.copy(folder / "copy.db", database.folder / "restjwt.db")
        return database
    fresh = database.server.new_database()
    fresh.execute((folder / "copy.sql").read_text())
    return fresh


def login_soon(site, name):
    """For a second or two nobody can: whoever came in just before may have begun ahead of the clock."""
    deadline = time.monotonic() + 60
    login = {"username": name, "password": PASSWORD}
    while (answer := site.post("/api-token-auth/", login)).status_code == 503:
        assert answer.headers["Retry-After"]
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return answer.json()["token"]


def test_no_revoked_token_comes_back(site, database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("backup")
    lasting = site.login("ada")
    with Traffic(site) as traffic:
        traffic.wait_for(5)
        back_up(site, database, folder)
        traffic.wait_for(5)
    assert not traffic.faults
    assert site.stop() == 0
    restored = put_back(database, folder)
    site.config.write_text(site.config.read_text().replace(database.url, restored.url))
    site.start()
    for token in [lasting, *traffic.tokens]:
        assert site.whoami(token).json() == {"detail": "Token is blacklisted."}
    for name in USERS:
        assert site.whoami(login_soon(site, name)).status_code == 200
    assert '"everyone_ended"' in site.run("audit", "list")
    token = login_soon(site, "ada")
    site.stop()
    site.start()
    assert site.whoami(token).status_code == 200, "once, and not at every start"


def test_the_command_for_copies_of_other_programs(site):
    token = site.login("ada")
    site.run("sessions", "revoke-all", "--yes")
    site.stop()
    site.start()
    assert site.whoami(token).status_code == 401
    assert site.whoami(login_soon(site, "ada")).status_code == 200
