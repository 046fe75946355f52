#!/usr/bin/python3
"""A refresh at one server against what ends the session at the same moment: a logout at a server, or
another program that disables the user or changes his password. Afterwards no token of that session,
neither the old one nor the fresh one, may be taken by any of the two servers on the database. And a
login with the old password against its change: what it got must not be taken either.

    drills/races.py [--rounds 10000] [--store sqlite|postgres] [--kind logout|disabled|password|login]

So many rounds of each kind take some minutes; tests/blackbox/test_two_nodes.py is the short form. The
program is build/release/bin/restjwt, or $RESTJWT_BIN. Prints the figures; exit 1 where a token is
taken: at once by the server that answered the logout, a second later by either."""

import argparse
import collections
import concurrent.futures
import pathlib
import random
import sys
import threading
import time

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from nodes import Hand, cheap_hash, copy_users, header, lay_djangos_table, standing  # noqa: E402

KINDS = ("logout", "disabled", "password", "login")
PASSWORDS = ("abc123", "another1")
WORKERS = 8
USERS = 160  # of a batch: who comes again soon is made to wait for another second
STATED = 1.0  # seconds until every server refuses


class Worker:
    """Two threads that race: this one ends sessions, the other refreshes, or logs in."""

    def __init__(self, drill, dice):
        self.drill, self.dice = drill, dice
        self.session, self.other_session = requests.Session(), requests.Session()
        self.partner = concurrent.futures.ThreadPoolExecutor(1)
        self.start = threading.Barrier(2)
        self.race_took = self.end_took = 0.01  # seconds, the last time
        self.hand = Hand(drill.database)

    def batch(self, users):
        """The tokens that must be refused from now on."""
        return [token for user in users for token in self.round(user)]

    def round(self, user):
        drill = self.drill
        if drill.kind == "login":
            token, request = None, ("/api-token-auth/", self.credentials(user))
        else:
            token = self.log_in(self.dice.choice(drill.nodes), user)
            request = ("/api-token-refresh/", {"token": token})
        # It begins so much later than the end: a moment is not enough, as the end waits for the disk.
        later = self.dice.uniform(-2 * self.race_took, 1.5 * self.end_took)
        raced = self.partner.submit(self.race, self.dice.choice(drill.nodes), *request, later)
        self.start.wait()
        time.sleep(max(-later, 0))
        began = time.monotonic()
        getattr(self, drill.kind)(user, token)
        ended = time.monotonic()
        self.end_took = ended - began
        fresh, answered = raced.result()
        tokens = [*([token] if token else []), *fresh]
        with drill.mutex:
            drill.figures["rounds"] += 1
            drill.figures["won" if fresh else "lost"] += 1
            drill.figures["won late"] += bool(fresh) and answered > ended
        if drill.kind == "logout":
            live = sum(drill.is_taken(self.session, drill.nodes[0], one) for one in tokens)
            with drill.mutex:
                drill.figures["live at once"] += live
        return tokens

    def credentials(self, user):
        return {"username": f"user{user}", "password": PASSWORDS[self.drill.password_of[user]]}

    def log_in(self, node, user):
        answer = self.ask("POST", node, "/api-token-auth/", json=self.credentials(user))
        assert answer.status_code == 200, f"login {answer.status_code} {answer.text}"
        return answer.json()["token"]

    def race(self, node, path, body, later):
        """The token it got, if it did, and when it was answered."""
        self.start.wait()
        time.sleep(max(later, 0))
        began = time.monotonic()
        answer = self.other_session.post(node.url + path, json=body, timeout=60)
        answered = time.monotonic()
        self.race_took = answered - began
        if answer.status_code == 200:
            return [answer.json()["token"]], answered
        # A login may be told to come again: SQLite lets one write at a time.
        refused = {400, 503} if path == "/api-token-auth/" else {400}
        assert answer.status_code in refused, f"{path} {answer.status_code} {answer.text}"
        return [], answered

    def ask(self, method, node, path, **options):
        """Who is told to come again does."""
        for _ in range(100):
            answer = self.session.request(method, node.url + path, timeout=60, **options)
            if answer.status_code != 503:
                break
            with self.drill.mutex:
                self.drill.figures["come again"] += 1
            time.sleep(0.05)
        return answer

    # What ends a session

    def logout(self, user, token):
        answer = self.ask("POST", self.drill.nodes[0], "/auth/logout", headers=header(token))
        assert answer.status_code == 200, f"logout {answer.status_code} {answer.text}"

    def disabled(self, user, token):
        """And enabled again: his old tokens stay ended."""
        for flag in ("false", "true"):
            self.hand.execute(f"UPDATE auth_user SET is_active = {flag} WHERE username = 'user{user}'")

    def password(self, user, token):
        new = 1 - self.drill.password_of[user]
        self.hand.execute(
            f"UPDATE auth_user SET password = '{self.drill.hashes[new]}' WHERE username = 'user{user}'"
        )
        self.drill.password_of[user] = new

    login = password


class Drill:
    def __init__(self, kind, database, nodes, seed, patience=0.0):
        """With `patience` a token that is still taken after the stated time is asked about again."""
        self.kind, self.database, self.nodes, self.patience = kind, database, nodes, patience
        self.mutex = threading.Lock()
        self.figures = collections.Counter(
            {name: 0 for name in ("rounds", "won", "lost", "won late", "come again",
                                  "live at once", "live afterwards")}
        )
        self.hashes = [cheap_hash(password) for password in PASSWORDS]
        database.execute(f"UPDATE auth_user SET password = '{self.hashes[0]}'")
        self.password_of = [0] * USERS
        dice = random.Random(seed)
        self.workers = [Worker(self, random.Random(dice.random())) for _ in range(WORKERS)]

    @staticmethod
    def is_taken(session, node, token):
        answer = session.get(node.url + "/protected-url/", headers=header(token), timeout=60)
        assert answer.status_code in (200, 401), f"{answer.status_code} {answer.text}"
        return answer.status_code == 200

    def check(self, worker, tokens, deadline):
        live = 0
        for token in tokens:
            for node in self.nodes:
                while taken := self.is_taken(worker.session, node, token):
                    if time.monotonic() >= deadline:
                        break
                live += taken
        return live

    def run(self, rounds, report=lambda figures: None):
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            for done in range(0, rounds, USERS):
                users = range(min(USERS, rounds - done))
                shares = [users[i::WORKERS] for i in range(WORKERS)]
                batches = list(pool.map(lambda job: job[0].batch(job[1]), zip(self.workers, shares)))
                time.sleep(STATED)
                deadline = time.monotonic() + self.patience
                checks = pool.map(lambda job: self.check(*job, deadline), zip(self.workers, batches))
                self.figures["live afterwards"] += sum(checks)
                report(self.figures)
        for worker in self.workers:
            worker.partner.shutdown()
            worker.hand.close()
        return dict(self.figures)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10_000)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="postgres")
    parser.add_argument("--kind", choices=KINDS, help="else each of them")
    parser.add_argument("--seed", type=int, default=time.time_ns())
    chosen = parser.parse_args()
    sys.setswitchinterval(0.0005)  # who is to act now, acts now
    print(f"{chosen.store}, seed {chosen.seed}", flush=True)
    wrong = 0

    def report(figures):
        if figures["rounds"] // 1000 > (figures["rounds"] - USERS) // 1000:
            print(f"  … {dict(figures)}", flush=True)

    with standing(chosen.store, lay_djangos_table) as (_, database, nodes, _):
        copy_users(database, USERS)
        for kind in [chosen.kind] if chosen.kind else KINDS:
            began = time.monotonic()
            figures = Drill(kind, database, nodes, chosen.seed).run(chosen.rounds, report)
            print(f"{kind}: {figures}, {time.monotonic() - began:.0f} s", flush=True)
            wrong += figures["live at once"] + figures["live afterwards"]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
