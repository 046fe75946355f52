#!/usr/bin/python3
"""Guesses passwords at a server as fast as it goes, from one address and from a thousand, and tells how many
attempts reached a hash and what honest users felt meanwhile.

    drills/guessing.py [--store sqlite|postgres] [--seconds N] [--threads N]

Both stores one after the other, twenty seconds a phase: five minutes. The addresses are told by
X-Forwarded-For, which the server believes of this machine. The program is build/release/bin/restjwt, or
$RESTJWT_BIN. Prints a table; exit 1 where more guesses reached a hash than may, or an honest user at a usual
address was told to wait."""

import argparse
import collections
import contextlib
import itertools
import pathlib
import statistics
import sys
import tempfile
import threading
import time

import requests

from nodes import PostgresServer, Site, SqliteDatabase

HOME = "192.0.2.1"
RETRIES, RATE = 5, 20
HASHING_THREADS = 1
SETTINGS = f"[server]\nhashing_threads = {HASHING_THREADS}\n[log]\naccess = false"
ELSEWHERE = "attacked, new address"
new_address = (f"192.0.2.{i}" for i in range(100, 200))
COLUMNS = (
    "store", "attack", "attempts", "429", "503", "reached a hash", "at most", "who", "logins", "200", "429", "503",
    "median, ms", "max, ms",
)


def addresses(count):
    return [f"10.{i // 65536}.{i // 256 % 256}.{i % 256}" for i in range(1, count + 1)]


class Client(threading.Thread):
    """Logs in again and again, as `attempts` says: (name, password, address)."""

    def __init__(self, url, attempts, until, pause=0.0):
        super().__init__()
        self.url, self.attempts, self.until, self.pause = url, attempts, until, pause
        self.statuses, self.times, self.faults = collections.Counter(), [], []

    def run(self):
        session = requests.Session()
        while time.monotonic() < self.until:
            name, password, address = next(self.attempts)
            begun = time.monotonic()
            try:
                answer = session.post(
                    self.url + "/api-token-auth/", json={"username": name, "password": password},
                    headers={"X-Forwarded-For": address}, timeout=60,
                )
                self.statuses[answer.status_code] += 1
                self.times.append(time.monotonic() - begun)
            except requests.RequestException as problem:
                self.faults.append(repr(problem))
            time.sleep(self.pause)


class Shared:
    """One iterator for many threads."""

    def __init__(self, items):
        self.items, self.lock = iter(items), threading.Lock()

    def __iter__(self):
        return self

    def __next__(self):
        with self.lock:
            return next(self.items)


def attacks():
    """Their names, their attempts, and how many guesses may reach a hash in so many seconds."""
    thousand = addresses(1000)
    beside = HASHING_THREADS - 1

    def an_address(seconds):
        return (seconds // 60 + 1) * (RATE + beside)

    yield "none", None, lambda seconds: 0
    yield (
        "1 address, 1 account",
        (("ada", f"guess{i}", thousand[0]) for i in itertools.count()),
        lambda seconds: RETRIES + beside,
    )
    yield (
        "1 address, any name",
        ((f"name{i}", "guess", thousand[1]) for i in itertools.count()),
        an_address,
    )
    yield (
        "1,000 addresses, 1 account",
        (("ada", f"guess{i}", thousand[i % 1000]) for i in itertools.count()),
        lambda seconds: RETRIES + beside,
    )
    yield (
        "1,000 addresses, any name",
        ((f"name{i}", "guess", thousand[i % 1000]) for i in itertools.count()),
        lambda seconds: 1000 * an_address(seconds),
    )


def one_phase(site, name, attempts, seconds, threads):
    site.run("bans", "lift", "--all")
    until = time.monotonic() + seconds
    honest = {
        "attacked, usual address": Client(site.url, itertools.repeat(("ada", "abc123", HOME)), until, 0.5),
        "another, usual address": Client(site.url, itertools.repeat(("bob", "abc123", HOME)), until, 0.5),
        # Who has never logged in from there cannot be told from a stranger.
        ELSEWHERE: Client(site.url, itertools.repeat(("ada", "abc123", next(new_address))), until, 0.5),
    }
    crowd = []
    if attempts:
        shared = Shared(attempts)
        crowd = [Client(site.url, shared, until) for _ in range(threads)]
    for client in crowd:
        client.start()
    time.sleep(1)
    for client in honest.values():
        client.start()
    for client in [*crowd, *honest.values()]:
        client.join()
    statuses = sum((client.statuses for client in crowd), collections.Counter())
    faults = sum((client.faults for client in [*crowd, *honest.values()]), [])
    return statuses, honest, faults


def drill(site, store, seconds, threads):
    """Of a server that is running, with the users ada and bob. Rows of the table, and what was wrong."""
    for name in ("ada", "bob"):
        answer = requests.post(
            site.url + "/api-token-auth/", json={"username": name, "password": "abc123"},
            headers={"X-Forwarded-For": HOME}, timeout=60,
        )
        assert answer.status_code == 200, answer.text
    rows, wrong = [], []
    for name, attempts, limit in attacks():
        statuses, honest, faults = one_phase(site, name, attempts, seconds, threads)
        most = limit(seconds)
        hashed = statuses[400]
        wrong += faults
        if hashed > most:
            wrong.append(f"{store}, {name}: {hashed} guesses reached a hash, {most} may")
        if statuses[200] or set(statuses) - {400, 429, 503}:
            wrong.append(f"{store}, {name}: answers {dict(statuses)}")
        attack = [store, name, statuses.total(), statuses[429], statuses[503], hashed, most]
        for who, client in honest.items():
            if client.statuses[429] and who != ELSEWHERE:
                wrong.append(f"{store}, {name}: {who} was told to wait")
            times = [1000 * t for t in client.times] or [0]
            rows.append([
                *attack, who, client.statuses.total(), client.statuses[200], client.statuses[429],
                client.statuses[503], round(statistics.median(times)), round(max(times)),
            ])
            attack = [""] * len(attack)
    return rows, wrong


@contextlib.contextmanager
def standing(store, folder):
    with contextlib.ExitStack() as ends:
        if store == "postgres":
            server = PostgresServer()
            ends.callback(server.end)
            database = server.new_database()
        else:
            database = SqliteDatabase(folder)
        site = Site(
            folder, database=database.url, top='trusted_proxies = ["127.0.0.1"]',
            jwt_auth=SETTINGS,
        )
        for name in ("ada", "bob"):
            site.add_user(name)
        site.start()
        ends.callback(site.stop)
        yield site


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", choices=["sqlite", "postgres"])
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--threads", type=int, default=16)
    chosen = parser.parse_args()
    wrong = []
    print("| " + " | ".join(COLUMNS) + " |\n" + "|---" * len(COLUMNS) + "|", flush=True)
    for store in [chosen.store] if chosen.store else ["sqlite", "postgres"]:
        with tempfile.TemporaryDirectory() as folder, standing(store, pathlib.Path(folder)) as site:
            rows, faults = drill(site, store, chosen.seconds, chosen.threads)
        wrong += faults
        for row in rows:
            print("| " + " | ".join(f"{c:,}" if isinstance(c, int) else c for c in row) + " |", flush=True)
    for fault in wrong[:20]:
        print("wrong:", fault)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
