#!/usr/bin/python3
"""Kills the server at random moments while clients log in, refresh and log out, and looks afterwards
whether any login that was answered is lost, or any logout that was answered undone.

    drills/kill9.py [--postgres] [ROUNDS [SEED]]

On SQLite, or on a PostgreSQL of its own. 500 rounds take about six minutes;
tests/blackbox/test_sessions.py runs a few. The program is build/release/bin/restjwt, or $RESTJWT_BIN.
Prints the figures; exit 1 where anything was lost."""

import argparse
import base64
import contextlib
import itertools
import json
import pathlib
import random
import signal
import sys
import tempfile
import threading
import time

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/blackbox"))
from databases import PostgresServer  # noqa: E402
from program import Site  # noqa: E402

CLIENTS = 4
# Of each client, who take turns: the sessions of one user begin in different seconds, and who is half
# a minute ahead of the clock gets 503.
USERS = 10


def began(token):
    """What tells the sessions of one user apart: who logs in twice in one second has one session."""
    claims = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["orig_iat"]


class Client(threading.Thread):
    """Some users who log in, refresh and mostly log out, until the server is gone. Keeps what was
    answered, by session: tokens that must live, and tokens that must not."""

    def __init__(self, site, names, dice):
        super().__init__()
        self.site, self.names, self.dice = site, itertools.cycle(names), dice
        self.living, self.ended = {}, {}
        self.faults = []

    def ask(self, method, path, **options):
        answer = self.session.request(method, self.site.url + path, timeout=60, **options)
        return answer.status_code, answer.json() if answer.content else None

    def run(self):
        self.session = requests.Session()
        try:
            while True:
                self.visit()
        except requests.RequestException:
            pass  # the server is gone
        except Exception as problem:  # noqa: BLE001 - a thread reports, the drill judges
            self.faults.append(repr(problem))

    def visit(self):
        name = next(self.names)
        login = {"username": name, "password": "abc123"}
        status, body = self.ask("POST", "/api-token-auth/", json=login)
        if status != 200:
            self.faults.append(f"login {status} {body}")
            return
        tokens = [body["token"]]
        session = (name, began(tokens[0]))
        self.living.setdefault(session, []).append(tokens[0])
        status, body = self.ask("POST", "/api-token-refresh/", json={"token": tokens[0]})
        if status == 200:
            tokens.append(body["token"])
            self.living[session].append(tokens[1])
        else:
            self.faults.append(f"refresh {status} {body}")
        if self.dice.random() < 0.2:
            return
        # Until it is answered, nobody knows whether it has happened.
        doomed = self.living.pop(session)
        header = {"Authorization": f"JWT {tokens[-1]}"}
        status, body = self.ask("POST", "/auth/logout", headers=header)
        if status == 200:
            self.ended.setdefault(session, []).extend(doomed)
        else:
            self.faults.append(f"logout {status} {body}")


def one_round(site, dice, figures):
    names = [f"user{i}" for i in range(CLIENTS * USERS)]
    clients = []
    for i in range(CLIENTS):
        own = names[i::CLIENTS]
        dice.shuffle(own)
        clients.append(Client(site, own, random.Random(dice.random())))
    for client in clients:
        client.start()
    time.sleep(dice.uniform(0.05, 1.0))
    site.stop(signal.SIGKILL)
    for client in clients:
        client.join()
    site.start()
    session = requests.Session()

    def status_of(token):
        header = {"Authorization": f"JWT {token}"}
        return session.get(site.url + "/protected-url/", headers=header, timeout=60).status_code

    for client in clients:
        figures["faults"] += client.faults
        for token in itertools.chain.from_iterable(client.living.values()):
            figures["logins"] += 1
            figures["lost"] += status_of(token) != 200
        for token in itertools.chain.from_iterable(client.ended.values()):
            figures["logouts"] += 1
            figures["undone"] += status_of(token) != 401


def drill(site, rounds, seed, report=lambda figures: None):
    """Of a server that is running; it runs afterwards."""
    dice = random.Random(seed)
    figures = {"rounds": 0, "logins": 0, "lost": 0, "logouts": 0, "undone": 0, "faults": []}
    for _ in range(rounds):
        one_round(site, dice, figures)
        figures["rounds"] += 1
        report(figures)
    return figures


def prepare(site):
    for i in range(CLIENTS * USERS):
        site.add_user(f"user{i}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("rounds", nargs="?", type=int, default=500)
    parser.add_argument("seed", nargs="?", type=int, default=time.time_ns())
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)

    def report(figures):
        if figures["rounds"] % 50 == 0:
            print({**figures, "faults": len(figures["faults"])}, flush=True)

    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as ends:
        database = "sqlite:restjwt.db"
        if chosen.postgres:
            server = PostgresServer()
            ends.callback(server.end)
            database = server.new_database().url
        site = Site(folder, database=database)
        prepare(site)
        site.start()
        try:
            figures = drill(site, chosen.rounds, chosen.seed, report)
        finally:
            site.stop()
    for fault in figures["faults"][:20]:
        print("fault:", fault)
    print({**figures, "faults": len(figures["faults"])})
    return 1 if figures["lost"] or figures["undone"] or figures["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
