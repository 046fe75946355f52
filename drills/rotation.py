#!/usr/bin/python3
"""Rotation of refresh tokens at two servers on one store, beside a model of it: rounds of concurrent refreshes,
retries, lost replies, thefts and logouts, while the clock moves on between the rounds past the interval, and
past the end of the tokens.

    drills/rotation.py [--sessions 2000] [--store sqlite|postgres] [--interval 10] [--seed N]
                       [--kills 500 --grants 20000]

With --kills one of the servers is killed (-9) at random moments, so many times, and started again; clients
mostly go on with their newest token then, and at least --grants tokens are handed out.

Every session is a chain of tokens 0, 1, 2, …; the model holds that

    each token has at most one live child, and a retry is given the same
    no session is lost without reuse, and no acknowledged grant is lost
    no acknowledged end is undone
    a reuse leaves one record

and that what was answered in a round is what some order of its requests would have been answered. The short
form is tests/blackbox/test_rotation_model.py. Prints the figures; exit 1 where an invariant is broken."""

import argparse
import collections
import concurrent.futures
import dataclasses
import datetime
import glob
import itertools
import pathlib
import random
import signal
import socket
import sys
import threading
import time

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from nodes import copy_users, low_port, standing_sites  # noqa: E402

WORKERS = 8
USERS = 40
BEGIN = datetime.datetime(2031, 5, 6, 7, 8, 9)
LIFETIME = 3600  # seconds, of a refresh token
STEPS = [0, 0, 1, 3, 11, 61, 3000, 3700]  # seconds between rounds
FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")


@dataclasses.dataclass(frozen=True)
class State:
    """What the store holds of a session."""

    head: int = 0
    exchanged: int = 0  # the instant of its last exchange
    issued: tuple = (0,)  # the instant of each token
    ended: bool = False
    reused: int = 0

    def refresh(self, token, now, interval):
        """The answer, which is the number of the child or "refused", and the state afterwards."""
        if self.ended or now >= self.issued[token] + LIFETIME:
            return "refused", self
        if token == self.head:
            return token + 1, dataclasses.replace(
                self, head=token + 1, exchanged=now, issued=(*self.issued, now))
        if token == self.head - 1 and 0 < interval and now - self.exchanged <= interval:
            return self.head, self
        return "refused", dataclasses.replace(self, ended=True, reused=self.reused + 1)

    def leave(self, token, now):
        if self.ended or now >= self.issued[token] + LIFETIME:
            return "refused", self
        return "left", dataclasses.replace(self, ended=True)


@dataclasses.dataclass
class Request:
    kind: str  # refresh, leave, or cut: a refresh whose sender goes before the answer
    token: int
    answer: object = None  # "lost": it may have come in, or not


def explanations(states, asked, now, interval):
    """The states in which some order of the requests may leave each of these, with these answers."""
    found = set()
    for state in states:
        for order in set(itertools.permutations(range(len(asked)))):
            reached = {state}
            for i in order:
                request, before, reached = asked[i], reached, set()
                for one in before:
                    if request.kind == "leave":
                        answer, after = one.leave(request.token, now)
                    else:
                        answer, after = one.refresh(request.token, now, interval)
                    if request.answer == "lost":
                        reached |= {one, after}
                    elif answer == request.answer:
                        reached.add(after)
                    elif request.answer == "left" and one.ended and not state.ended:
                        reached.add(one)  # who logs out while another ends the session may be told so
            found |= reached
    return found


class Broken(AssertionError):
    """An invariant, and what was seen."""


class Chain:
    """One session, driven by one worker."""

    def __init__(self, drill, user):
        self.drill, self.dice = drill, random.Random(drill.dice.random())
        self.user, self.texts, self.access = user, {}, {}
        self.states, self.history = set(), []

    def log_in(self):
        pair = self.drill.surely(self.drill.tell, self.dice, "", {"username": self.user, "password": "abc123"})
        self.texts, self.access = {0: pair["refresh"]}, {0: pair["access"]}
        self.states = {State(issued=(self.drill.now,), exchanged=self.drill.now)}
        self.history = []

    def choose(self):
        newest = max(self.texts)
        kind = self.dice.choices(["refresh", "cut", "leave"], [20, 2, 2 * self.drill.mischief])[0]
        if kind == "leave" or self.dice.random() > 0.25 * self.drill.mischief:
            return Request(kind, newest)
        return Request(kind, self.dice.choice(sorted(self.texts)[-3:]))

    def round(self):
        if not self.texts:
            self.log_in()
        asked = [self.choose() for _ in range(self.dice.choice([1, 1, 2, 2, 3, 4]))]
        if self.dice.random() < 0.5:  # two tabs, or a retry while the first is under way
            asked = [dataclasses.replace(asked[0]) for _ in asked]
        jobs = [self.drill.pool.submit(self.send, request, random.Random(self.dice.random())) for request in asked]
        for job in jobs:
            job.result()
        self.drill.count(asked)
        self.judge(asked)
        if all(state.ended for state in self.states) or self.dice.random() < 0.02:
            self.finish()

    def send(self, request, dice):
        body = {"refresh": self.texts[request.token]}
        request.answer = "lost"
        try:
            if request.kind == "cut":
                return self.drill.cut(dice, body)
            answer = self.drill.ask(dice, "blacklist/" if request.kind == "leave" else "refresh/", body)
        except OSError:  # those of requests are such, too
            if not self.drill.killer:
                raise
            return time.sleep(0.01)
        if answer.status_code == 401:
            request.answer = "refused"
        elif answer.status_code != 200:
            raise Broken(f"answers {answer.status_code}: {answer.text}")
        elif request.kind == "leave":
            request.answer = "left"
        else:
            request.answer = self.learn(request.token + 1, answer.json())

    def learn(self, number, pair):
        with self.drill.mutex:
            known = self.texts.setdefault(number, pair["refresh"])
            self.access.setdefault(number, pair["access"])
        if known != pair["refresh"]:
            raise Broken("at most one live child, the same on retry: a token was given two children")
        return number

    def judge(self, asked):
        self.history.append((self.drill.now, asked))
        before, self.states = self.states, explanations(
            self.states, asked, self.drill.now, self.drill.interval)
        if self.states:
            return
        if all(state.ended for state in before):
            name = "no acknowledged end is undone"
        elif any(request.answer == "refused" for request in asked):
            name = "no session is lost without reuse, no acknowledged grant is lost"
        else:
            name = "a token that was used is not good again"
        raise Broken(f"{name}: {before} {self.history[-6:]}")

    def finish(self):
        """Nothing of an ended session is taken; then another begins."""
        if all(state.ended for state in self.states):
            for access in self.access.values():
                for node in self.drill.nodes:
                    self.drill.surely(self.drill.expect_refused, node, access)
            for token in self.texts.values():
                if self.drill.surely(self.drill.ask, self.dice, "refresh/", {"refresh": token}).status_code != 401:
                    raise Broken("no acknowledged end is undone: a refresh token of an ended session")
        least, most = (pick(state.reused for state in self.states) for pick in (min, max))
        with self.drill.mutex:
            self.drill.reuses[0] += least
            self.drill.reuses[1] += most
            self.drill.figures["sessions"] += 1
        self.texts = {}


class Killer(threading.Thread):
    """Kills one server or the other at random moments; another takes its place at once."""

    def __init__(self, nodes, kills, dice):
        super().__init__(daemon=True)
        self.nodes, self.kills, self.dice = nodes, kills, dice
        self.away = []  # seconds from the kill to the first good answer

    def run(self):
        for _ in range(self.kills):
            time.sleep(self.dice.uniform(0, 0.5))
            node = self.dice.choice(self.nodes)
            began = time.monotonic()
            node.stop(signal.SIGKILL)
            node.start(node.port)
            self.away.append(time.monotonic() - began)

    def told(self):
        order = sorted(self.away)
        return (f"{len(order)} kills; answers again after {order[len(order) // 2]:.2f} s (median),"
                f" {order[-1]:.2f} s at most")


class Drill:
    def __init__(self, nodes, clock, interval, seed, patience=1.0):
        self.nodes, self.clock, self.interval, self.patience = nodes, clock, interval, patience
        self.dice = random.Random(seed)
        self.mutex = threading.Lock()
        self.local = threading.local()
        self.figures = collections.Counter()
        self.killer, self.mischief, self.steps = None, 1.0, STEPS
        self.reuses = [0, 0]  # records there must be, at least and at most
        self.pool = concurrent.futures.ThreadPoolExecutor(4 * WORKERS)
        self.now = 0

    def session(self):
        if not hasattr(self.local, "session"):
            self.local.session = requests.Session()
        return self.local.session

    def ask(self, dice, path, body):
        """At either node; who is told to come again does."""
        for _ in range(200):
            url = f"{dice.choice(self.nodes).url}/api/token/{path}"
            answer = self.session().post(url, json=body, timeout=60)
            if answer.status_code != 503:
                return answer
            with self.mutex:
                self.figures["come again"] += 1
            time.sleep(0.02)
        raise Broken(f"503 for ever: {answer.text}")

    def tell(self, dice, path, body):
        answer = self.ask(dice, path, body)
        if answer.status_code != 200:
            raise Broken(f"{path} {answer.status_code} {answer.text}")
        return answer.json()

    def surely(self, ask, *words):
        """Whatever is killed meanwhile."""
        until = time.monotonic() + 60
        while True:
            try:
                return ask(*words)
            except OSError:
                if not self.killer or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def cut(self, dice, body):
        """Sends, and hangs up once the answer is there, unread: so it was asked before the round is over."""
        request = requests.Request("POST", "http://127.0.0.1/api/token/refresh/", json=body).prepare()
        head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        with socket.create_connection(("127.0.0.1", dice.choice(self.nodes).port), timeout=60) as connection:
            connection.sendall(f"POST {request.path_url} HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode() + request.body)
            connection.recv(1, socket.MSG_PEEK)

    def expect_refused(self, node, access):
        """The node that ended the session knows at once; the other one soon."""
        until = time.monotonic() + self.patience
        header = {"Authorization": f"Bearer {access}"}
        while self.session().get(node.url + "/protected-url/", headers=header, timeout=60).status_code != 401:
            if time.monotonic() > until:
                raise Broken("no acknowledged end is undone: an access token of an ended session")
            time.sleep(0.02)

    def count(self, asked):
        with self.mutex:
            for request in asked:
                self.figures[request.kind] += 1
                self.figures["granted" if isinstance(request.answer, int) else str(request.answer)] += 1

    def kill(self, kills, dice):
        self.killer, self.mischief, self.steps = Killer(self.nodes, kills, dice), 0.05, [0, 0, 0, 1]
        self.killer.start()

    def is_done(self, sessions, grants):
        killing = self.killer and self.killer.is_alive()
        return self.figures["sessions"] >= sessions and self.figures["granted"] >= grants and not killing

    def run(self, sessions, grants=0, report=lambda figures: None):
        chains = [Chain(self, f"user{i}") for i in range(USERS if grants else min(USERS, sessions))]
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as workers:
            while not self.is_done(sessions, grants):
                list(workers.map(Chain.round, chains))
                self.figures["rounds"] += len(chains)
                self.now += self.dice.choice(self.steps)
                self.clock(self.now)
                report(self.figures)
        for chain in chains:
            if chain.texts:
                chain.finish()
        self.pool.shutdown()
        return dict(self.figures)

    def check_records(self, database):
        [count] = database.execute(
            "SELECT count(*) FROM restjwt_audit WHERE line LIKE '%\"refresh_token_reused\"%'")
        if not self.reuses[0] <= int(count) <= self.reuses[1]:
            raise Broken(f"a reuse leaves one record: {count} records of {self.reuses}")
        return int(count)


def rotating(interval):
    """What the servers are told beside [JWT_AUTH]."""
    return (f'[SIMPLE_JWT]\nROTATE_REFRESH_TOKENS = true\nREFRESH_REUSE_INTERVAL = "{interval}s"\n'
            f'ACCESS_TOKEN_LIFETIME = "90d"\nREFRESH_TOKEN_LIFETIME = "{LIFETIME}s"\n'
            'REFRESH_TOKEN_ABSOLUTE_LIFETIME = "900d"')


class FrozenClock:
    """One for both servers; stands still until it is set."""

    def __init__(self, folder):
        self.file = pathlib.Path(folder) / "now"
        self(0)
        self.environment = {
            "LD_PRELOAD": FAKETIME[0], "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "TZ": "UTC",
        }

    def __call__(self, seconds):
        new = self.file.with_suffix(".new")
        new.write_text(f"{BEGIN + datetime.timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}\n")
        new.replace(self.file)


def start_rotating(make_site, database, folder, interval):
    """Two servers that rotate, whose clock stands still, with users; both servers and the clock."""
    clock = FrozenClock(folder)
    one = make_site(database=database.url, jwt_auth=rotating(interval))
    other = make_site(database=database.url, jwt_auth=rotating(interval), secret=one.secret)
    one.run("database", "migrate")
    one.add_user("pattern")
    copy_users(database, USERS)
    for node in (one, other):
        node.environment.update(clock.environment)
        node.start(low_port())
    return (one, other), clock


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=2000)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--interval", type=int, default=10)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--grants", type=int, default=0)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    chosen = parser.parse_args()
    print(f"{chosen.store}, interval {chosen.interval}, seed {chosen.seed}", flush=True)
    began = time.monotonic()
    with standing_sites(chosen.store) as (_, database, make_site, folder):
        nodes, clock = start_rotating(make_site, database, folder, chosen.interval)
        drill = Drill(nodes, clock, chosen.interval, chosen.seed)
        if chosen.kills:
            drill.kill(chosen.kills, random.Random(chosen.seed + 1))
        try:
            print(drill.run(chosen.sessions, chosen.grants), flush=True)
            if chosen.kills:
                print(drill.killer.told())
            print(f"{drill.check_records(database)} records of reuse, {time.monotonic() - began:.0f} s")
        except Broken as broken:
            print(f"BROKEN {broken}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
