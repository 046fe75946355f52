#!/usr/bin/python3
"""Two servers on one PostgreSQL behind HAProxy. How soon does the one refuse what the other revoked?
What do clients see that try again on 503, while PostgreSQL is stopped, frozen or killed, and while
one of the servers is killed?

    drills/two_nodes.py [--revocations 1000] [--clients 8] [--away SECONDS]

Takes about six minutes; tests/blackbox/test_two_nodes.py is the short form. The program is
build/release/bin/restjwt, or $RESTJWT_BIN. Prints the figures; exit 1 where

  a revocation took longer than a second to arrive,
  a logout that was answered did not last, or a login that was answered was lost,
  anything was answered 500, or after more than 30 seconds,
  or a client got no further."""

import argparse
import base64
import collections
import itertools
import json
import pathlib
import random
import signal
import sys
import threading
import time

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from nodes import copy_users, header, standing  # noqa: E402
from haproxy import HaProxy  # noqa: E402
from program import PASSWORD  # noqa: E402

LONGEST_LAG = 1.0  # seconds until a revocation is everywhere: docs/settings.md, PostgreSQL
STALE_LIMIT = 30.0  # stale_user_seconds: so long memory is believed without PostgreSQL
LONGEST_ANSWER = 30.0
COME_AGAIN = {502, 503, 504, "error"}  # 502 and 504 are HAProxy's
# Of each client, who take turns: the sessions of one user begin in different seconds.
USERS = 10
OUTAGES = [("down", "up"), ("freeze", "thaw"), ("kill", "up")]


def began(token):
    """What tells the sessions of one user apart."""
    claims = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["orig_iat"]


def all_of(sessions_of_clients):
    return itertools.chain.from_iterable(
        tokens for sessions in sessions_of_clients for tokens in sessions.values()
    )


def until(seen, seconds, what):
    deadline = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


class Cluster:
    """Two servers that run, PostgreSQL and HAProxy."""

    def __init__(self, nodes, postgres, front):
        self.nodes, self.postgres, self.front = nodes, postgres, front
        # Since when PostgreSQL is there and both know it; nothing while it is away.
        self.calm_since = time.monotonic()

    def are_ready(self):
        try:
            return all(
                requests.get(node.url + "/readyz", timeout=60).status_code == 200
                for node in self.nodes
            )
        except requests.ConnectionError:
            return False

    def wait_until_ready(self):
        until(self.are_ready, 120, "a server does not become ready again")
        self.calm_since = self.calm_since or time.monotonic()


# How soon


def measure_lag(cluster, revocations, users, deadline=60.0):
    """Seconds from the answer of one server to the first refusal of the other, for each."""
    here, there, front = requests.Session(), requests.Session(), requests.Session()
    a, b = cluster.nodes
    lags = []
    for i in range(revocations):
        login = {"username": f"user{i % users}", "password": PASSWORD}
        answer = front.post(cluster.front.url + "/api-token-auth/", json=login, timeout=60)
        assert answer.status_code == 200, answer.text
        token = header(answer.json()["token"])

        def taken():
            answer = there.get(b.url + "/protected-url/", headers=token, timeout=60)
            assert answer.status_code in (200, 401), answer.text
            return answer.status_code == 200

        assert taken()
        answer = here.post(a.url + "/auth/logout", headers=token, timeout=60)
        answered = time.monotonic()
        assert answer.json() == {"ended": 1}, answer.text
        while taken():
            assert time.monotonic() < answered + deadline, "the other server does not refuse it"
        lags.append(time.monotonic() - answered)
    return lags


def quantiles(lags):
    ordered = sorted(lags)
    at = {"min": 0, "median": 0.5, "p90": 0.9, "p99": 0.99, "max": 1}
    return {
        name: round(ordered[min(int(part * len(ordered)), len(ordered) - 1)] * 1000, 1)
        for name, part in at.items()
    }


# What clients see


class Client(threading.Thread):
    """Some users who log in, ask, refresh and mostly log out, and try again what is answered 503,
    until told to stop. Keeps, by session: tokens that must live, and tokens that must not."""

    def __init__(self, load, number, dice, living):
        """`living`: of these users, from before."""
        super().__init__(daemon=True)
        self.load, self.number, self.dice, self.living = load, number, dice, living
        self.names = itertools.cycle(f"user{number * USERS + i}" for i in range(USERS))
        self.session = requests.Session()
        self.ended = {}
        self.visits = 0
        self.last_ended = None

    def run(self):
        try:
            while not self.load.stopping.is_set():
                self.visit()
                self.visits += 1
                time.sleep(self.dice.uniform(0.05, 0.2))
        except Exception as problem:  # noqa: BLE001 - a thread reports, the drill judges
            self.load.fault(f"client {self.number}: {problem!r}")

    def ask(self, method, path, **options):
        """The first answer that does not say "come again", and how many there were before it."""
        deadline = time.monotonic() + 180
        for again in range(10_000):
            self.asked, stage = time.monotonic(), self.load.stage
            try:
                answer = self.session.request(
                    method, self.load.cluster.front.url + path, timeout=120, **options
                )
                status = answer.status_code
            except requests.RequestException:
                status = "error"
            self.load.count(stage, status, time.monotonic() - self.asked)
            if status not in COME_AGAIN:
                return status, answer.json() if answer.content else None, again
            assert time.monotonic() < deadline, f"{path} does not come back"
            time.sleep(self.dice.uniform(0.05, 0.2))

    def must(self, expected, method, path, **options):
        status, body, _ = self.ask(method, path, **options)
        assert status == expected, f"{path} {status} {body} ({self.load.phase}, {self.load.stage})"
        return body

    def log_in(self):
        """Which session it is, and its token."""
        name = next(self.names)
        login = {"username": name, "password": PASSWORD}
        token = self.must(200, "POST", "/api-token-auth/", json=login)["token"]
        self.load.logins.append(time.monotonic())
        session = (name, began(token))
        self.living.setdefault(session, []).append(token)
        return session, token

    def visit(self):
        session, *tokens = self.log_in()
        for _ in range(2):
            self.must(200, "GET", "/protected-url/", headers=header(tokens[-1]))
            body = self.must(200, "POST", "/api-token-refresh/", json={"token": tokens[-1]})
            tokens.append(body["token"])
            self.living[session].append(tokens[-1])
        self.try_ended()
        if self.dice.random() < 0.2:
            return
        # Until it is answered, nobody knows whether it has happened.
        doomed = self.living.pop(session)
        status, body, again = self.ask("POST", "/auth/logout", headers=header(tokens[-1]))
        # One that was not answered may have happened: then the next one is refused.
        assert status == 200 or (status == 401 and again), f"logout {status} {body}"
        self.ended.setdefault(session, []).extend(doomed)
        self.last_ended = (doomed[0], time.monotonic())

    def try_ended(self):
        if not self.last_ended:
            return
        (token, ended), self.last_ended = self.last_ended, None
        status, body, _ = self.ask("GET", "/protected-url/", headers=header(token))
        asked = self.asked
        if status == 401:
            return
        assert status == 200, f"a token that was ended: {status} {body}"
        self.load.taken_late += 1
        # A server that cannot read what others revoked goes by its memory, and says for how long.
        calm_since = self.load.cluster.calm_since
        known_since = max(ended, calm_since) if calm_since else asked
        if asked - known_since > self.load.grace or asked - ended > STALE_LIMIT + self.load.grace:
            self.load.fault(f"taken {asked - ended:.1f} s after its logout was answered")


class Reader(Client):
    """Logs in once, and then only asks: servers that know him need no database for that."""

    token = None

    def visit(self):
        self.token = self.token or self.log_in()[1]
        self.must(200, "GET", "/protected-url/", headers=header(self.token))


class Load:
    """Clients, every fourth of whom only reads, and what they were answered."""

    def __init__(self, cluster, clients, seed, grace):
        self.cluster, self.grace = cluster, grace
        dice = random.Random(seed)
        self.dice = [random.Random(dice.random()) for _ in range(clients)]
        self.living = [{} for _ in range(clients)]
        self.mutex = threading.Lock()
        self.faults, self.phases = [], []
        self.ended = []  # tokens, of all phases

    def fault(self, text):
        with self.mutex:
            self.faults.append(f"{self.phase}, {self.stage}: {text}")

    def count(self, stage, status, took):
        with self.mutex:
            self.statuses[stage][status] += 1
            self.slowest[stage] = max(self.slowest[stage], took)
        if status not in {200, 401} | COME_AGAIN:
            self.fault(f"answered {status}")
        if took > max(LONGEST_ANSWER, self.grace):
            self.fault(f"answered after {took:.1f} s")

    def begin(self, phase):
        self.phase, self.stage = phase, "before"
        self.statuses = collections.defaultdict(collections.Counter)
        self.slowest = collections.defaultdict(float)
        self.logins = []
        self.taken_late = 0
        self.stopping = threading.Event()
        self.clients = [
            (Reader if i % 4 == 3 else Client)(self, i, dice, living)
            for i, (dice, living) in enumerate(zip(self.dice, self.living))
        ]
        for client in self.clients:
            client.start()

    def all_visit(self, times=1):
        """Everybody has logged in anew, and finished."""
        wanted = [client.visits + 1 + times for client in self.clients]  # one is under way
        deadline = time.monotonic() + 180
        while any(client.visits < number for client, number in zip(self.clients, wanted)):
            if time.monotonic() > deadline or not all(map(threading.Thread.is_alive, self.clients)):
                self.fault("a client got no further")
                return
            time.sleep(0.02)

    def end(self, back):
        self.stopping.set()
        for client in self.clients:
            client.join()
        first = min((login for login in self.logins if login > back), default=None)
        ended = list(all_of(client.ended for client in self.clients))
        self.ended += ended
        wrong = self.judge(ended)
        self.phases.append({
            "phase": self.phase,
            "answers": {
                stage: {**{str(k): n for k, n in sorted(counts.items(), key=str)},
                        "slowest": round(self.slowest[stage], 2)}
                for stage, counts in self.statuses.items()
            },
            "visits": sum(client.visits for client in self.clients),
            "fewest": min(client.visits for client in self.clients),
            "first login after": round(first - back, 2) if first else None,
            "ended token taken meanwhile": self.taken_late,
            **wrong,
        })
        return self.phases[-1]

    def judge(self, ended):
        """At each server, now that all is calm: what was ended is refused, what was not is taken."""
        session = requests.Session()
        time.sleep(LONGEST_LAG)
        found = {"logins": 0, "lost": 0, "logouts": 0, "undone": 0}
        for token in all_of(self.living):
            found["logins"] += 1
            found["lost"] += any(status != 200 for status in self.at_each(session, token, 200))
        for token in ended:
            found["logouts"] += 1
            found["undone"] += any(status != 401 for status in self.at_each(session, token, 401))
        return found

    def at_each(self, session, token, wanted):
        """The answers of both; where one is another than wanted, the one after the grace."""
        for node in self.cluster.nodes:
            deadline = time.monotonic() + self.grace - LONGEST_LAG
            while True:
                answer = session.get(node.url + "/protected-url/", headers=header(token), timeout=60)
                if answer.status_code == wanted or time.monotonic() >= deadline:
                    break
                time.sleep(0.02)
            yield answer.status_code


def lose_postgres(load, away, back, seconds):
    """One phase: calm, PostgreSQL away for so long, and until clients have noticed, calm again."""
    cluster = load.cluster
    load.begin(f"PostgreSQL {away}, {back}")
    load.all_visit()
    cluster.calm_since = None
    load.stage = "away"
    cluster.postgres.tell(away)
    try:
        time.sleep(seconds)
        until(lambda: load.statuses["away"][503], 120, "nobody is answered 503")
    finally:
        cluster.postgres.tell(back)
    load.stage, since = "back", time.monotonic()
    cluster.wait_until_ready()
    load.all_visit()
    return load.end(since)


def lose_node(load, number):
    """One phase: one server is killed, the clients go on, and it comes again."""
    node = load.cluster.nodes[number]
    load.begin(f"server {'ab'[number]} killed, started")
    load.all_visit()
    load.stage = "away"
    node.stop(signal.SIGKILL)
    load.all_visit(2)
    node.start(node.port)
    load.stage, since = "back", time.monotonic()
    load.cluster.wait_until_ready()
    load.all_visit(2)
    return load.end(since)


def lose_link(load, away, back, seconds):
    """One phase: the second server alone is cut off from PostgreSQL. Returns the phase, and for how
    long it took a token that the first one had ended."""
    cluster = load.cluster
    a, b = cluster.nodes
    load.begin(f"link of server b {away}, {back}")
    load.all_visit()
    cluster.calm_since = None
    load.stage = "away"
    token = a.login("pattern")
    assert b.whoami(token).status_code == 200
    cluster.postgres.tell(away)
    try:
        assert requests.post(a.url + "/auth/logout", headers=header(token), timeout=60).ok
        ended = time.monotonic()
        until(lambda: b.whoami(token).status_code != 200, STALE_LIMIT + max(load.grace, 10),
              "it is still taken")
        taken = time.monotonic() - ended
        if taken > STALE_LIMIT + load.grace:
            load.fault(f"taken for {taken:.1f} s")
        time.sleep(max(seconds - taken, 0))
        load.all_visit()
    finally:
        cluster.postgres.tell(back)
    load.stage, since = "back", time.monotonic()
    cluster.wait_until_ready()
    load.all_visit()
    return {**load.end(since), "server b took an ended token for": round(taken, 2)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--revocations", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--away", type=float, help="of each outage; else 40 once, and then 12")
    parser.add_argument("--seed", type=int, default=time.time_ns())
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    wrong = False
    with standing("postgres") as (postgres, database, nodes, folder):
        copy_users(database, max(chosen.clients * USERS, 50))
        with HaProxy(folder, [node.url for node in nodes]) as front:
            cluster = Cluster(nodes, postgres, front)
            if chosen.revocations:
                lags = measure_lag(cluster, chosen.revocations, users=50)
                late = sum(lag > LONGEST_LAG for lag in lags)
                print(f"{len(lags)} revocations, ms from the one server's answer to the other's "
                      f"refusal: {quantiles(lags)}; above a second: {late}", flush=True)
                wrong |= late > 0
            load = Load(cluster, chosen.clients, chosen.seed, grace=LONGEST_LAG)
            # The first one for longer than memory is believed.
            for (away, back), seconds in zip(OUTAGES, (STALE_LIMIT + 10, 12, 12)):
                show(lose_postgres(load, away, back, chosen.away or seconds))
            for number in (0, 1):
                show(lose_node(load, number))
            wrong |= finish(load)
    with standing("postgres", link=True) as (link, database, nodes, folder):
        copy_users(database, chosen.clients * USERS)
        with HaProxy(folder, [node.url for node in nodes]) as front:
            load = Load(Cluster(nodes, link, front), chosen.clients, chosen.seed, grace=LONGEST_LAG)
            for away, back in (("cut", "mend"), ("freeze", "thaw")):
                show(lose_link(load, away, back, chosen.away or STALE_LIMIT + 10))
            wrong |= finish(load)
    return 1 if wrong else 0


def finish(load):
    """Whether anything was wrong."""
    total = load.judge(load.ended)
    print(f"at the end, at each server: {total}")
    for fault in load.faults[:20]:
        print("fault:", fault)
    print(f"faults: {len(load.faults)}", flush=True)
    return bool(load.faults) or any(one["lost"] or one["undone"] for one in [total, *load.phases])


def show(phase):
    print(f"{phase['phase']}:")
    for stage, answers in phase["answers"].items():
        print(f"  {stage:7}{answers}")
    rest = {name: value for name, value in phase.items() if name not in ("phase", "answers")}
    print(f"  {rest}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
