#!/usr/bin/python3
"""Kills the server at random moments while eight clients rotate refresh tokens of their own, and reads in the
journals of the clients whether what was answered held.

    drills/kill9_rotation.py [--postgres] [--own-table] [--rounds 500] [--rotations 20000] [--seed N]

Goes on until there were so many kills and so many rotations. A client whose reply was lost asks the same again,
before anything else; now and then it asks twice, logs out, presents a token that it used long ago, and looks at
what has ended. Every attempt is a line of its journal, and Judge knows from the lines before which answer
must come:

    I1  a token has one child, the same for who asks again
    I2  what was answered survives: the newest token works, and so does its access token
    I3  no logout that was answered is undone
    I4  no two live heads: a token that was used before is refused, its session with it, and leaves one record
    I5  after a lost reply asking again is safe, and there is no other answer

The table of users is Django's, where cheap hashes of passwords stay cheap: a login fits between two kills; with
--own-table it is restjwt's own, to which nobody else adds tokens, and a login may take a few attempts.
tests/blackbox/test_rotation_drills.py is the short form. The program is build/release/bin/restjwt, or
$RESTJWT_BIN. Prints the figures; exit 1 where an invariant is broken."""

import argparse
import bisect
import collections
import dataclasses
import hashlib
import http.client
import json
import pathlib
import random
import signal
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from nodes import cheap_hash, copy_users, lay_djangos_table, low_port, standing_sites  # noqa: E402
from program import PASSWORD  # noqa: E402
from refresh_race import records_of_reuse  # noqa: E402
from rotation import rotating  # noqa: E402

CLIENTS = 8
INTERVAL = 10  # seconds, of reuse
UP = (0.05, 0.4)  # seconds between a restart and the next kill
PATIENCE = 60.0  # seconds for one answer, whatever is killed meanwhile


@dataclasses.dataclass
class Line:
    """One attempt, as its client saw it. Tokens are short hashes."""

    kind: str  # login, refresh, show or logout
    session: int  # the client's own count
    token: str
    began: float
    ended: float
    answer: int | None  # the status; None: the reply was lost, and nobody knows
    child: str | None = None

    def settled(self):
        return self.answer not in (None, 503)


class Session:
    """What the lines so far tell of one."""

    def __init__(self, head):
        self.head, self.parent = head, None
        self.exchanged = 0.0  # when the parent was, at the earliest
        self.unknown = {}  # (kind, token): when it was asked first, while no answer has come
        self.over = None  # the invariant by which nothing of it may work


class Judge:
    """Of one client's journal."""

    def __init__(self):
        self.sessions, self.lines = {}, []
        self.tokens = set()  # every refresh token that was answered
        self.figures, self.violations = collections.Counter(), []

    def read(self, line):
        self.lines.append(line)
        if line.kind == "login":
            if line.settled():
                self.demand(line.answer == 200, "I5", line)
                self.sessions[line.session] = Session(line.child)
                self.tokens.add(line.child)
            return
        session = self.sessions[line.session]
        asked = (line.kind, line.token)
        since = session.unknown.setdefault(asked, line.began)
        retried = since != line.began
        if not line.settled():
            self.figures["lost"] += 1
        elif line.answer not in (200, 401):
            self.demand(False, "I5", line)
        elif session.over:
            self.figures["looked at what is over"] += 1
            self.demand(line.answer == 401, session.over, line)
        elif line.kind == "show":
            self.demand(line.answer == 200, "I2", line)
        elif line.kind == "logout":
            self.figures["logouts"] += 1
            self.demand(line.answer == 200 or retried, "I2", line)
            session.over = "I3"
        elif line.token in (session.head, session.parent):
            self.read_exchange(session, line, since, retried)
        else:
            self.figures["reuses"] += 1
            self.demand(line.answer == 401, "I4", line)
            session.over = "I4"
        if line.settled():
            del session.unknown[asked]

    def read_exchange(self, session, line, since, retried):
        again = line.token == session.parent
        if line.answer == 200:
            self.figures["asked twice" if again else "rotations"] += 1
            self.figures["after a lost reply"] += retried
            if again:
                self.demand(line.child == session.head, "I1", line)
            else:
                self.demand(line.child not in self.tokens, "I1", line)
                self.tokens.add(line.child)
                session.head, session.parent, session.exchanged = line.child, line.token, since
        elif line.ended - (session.exchanged if again else since) > INTERVAL and (again or retried):
            self.figures["late"] += 1  # the machine was so slow: a reuse it is, and rightly refused
            self.figures["reuses"] += 1
            session.over = "I4"
        else:
            self.demand(False, "I5" if again or retried else "I2", line)
            session.over = "I2"

    def demand(self, holds, invariant, line):
        if not holds:
            about = [one for one in self.lines if one.session == line.session][-6:]
            self.violations.append((invariant, about))


class Client(threading.Thread):
    """Sessions of one user, one after the other. Asks on until it is answered."""

    def __init__(self, site, user, dice):
        super().__init__(daemon=True)
        self.site, self.user, self.dice = site, user, dice
        self.connection = None
        self.journal, self.fault = [], None
        self.count, self.texts, self.access = 0, [], None  # of the session: its refresh tokens, in order
        self.rotations = 0
        self.over = []  # of each session that is: (count, refresh token, access token)
        self.done = threading.Event()

    def run(self):
        try:
            while not self.done.is_set():
                self.visit()
            for ended in self.over:
                self.look(ended)
        except Exception as problem:  # noqa: BLE001 - a thread reports, the drill judges
            self.fault = repr(problem)

    def visit(self):
        if not self.texts:
            self.count += 1
            self.learn(self.ask("login", "", "/api/token/", {"username": self.user, "password": PASSWORD}))
        self.rotate(self.texts[-1])
        if not self.texts:
            return
        turn = self.dice.random()
        if turn < 0.10 and len(self.texts) > 1:
            self.rotate(self.texts[-2])
        elif turn < 0.15:
            self.ask("show", self.access)
        elif turn < 0.17:
            self.end(lambda: self.ask("logout", self.texts[-1], "/api/token/blacklist/"))
        elif turn < 0.18 and len(self.texts) > 2:
            self.end(lambda: self.rotate(self.dice.choice(self.texts[:-2])))
        elif turn < 0.23 and self.over:
            self.look(self.dice.choice(self.over[-20:]))

    def rotate(self, token):
        self.learn(self.ask("refresh", token, "/api/token/refresh/"))

    def learn(self, pair):
        if pair is None:
            self.texts = []  # refused: the journal tells whether rightly
        elif pair["refresh"] not in self.texts:
            self.texts.append(pair["refresh"])
            self.access = pair["access"]
            self.rotations += len(self.texts) > 1

    def end(self, how):
        ended = (self.count, self.texts[-1], self.access)
        how()
        self.texts = []
        self.over.append(ended)
        self.look(ended)

    def look(self, ended):
        count, refresh, access = ended
        self.ask("show", access, session=count)
        self.ask("refresh", refresh, "/api/token/refresh/", session=count)

    def ask(self, kind, token, path="/protected-url/", body=None, session=None):
        """The answer's body if it is 200."""
        headers = {"Content-Type": "application/json"}
        if kind == "show":
            headers["Authorization"] = f"Bearer {token}"
        else:
            body = json.dumps(body or {"refresh": token})
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.connect(until)
            began = time.monotonic()
            status, answer = self.attempt("GET" if kind == "show" else "POST", path, body, headers)
            line = Line(kind, session or self.count, short(token), began, time.monotonic(), status)
            if status == 200 and "refresh" in answer:
                line.child = short(answer["refresh"])
            self.journal.append(line)
            if line.settled():
                return answer if status == 200 else None
            time.sleep(0.01)
        raise TimeoutError(f"no answer to {kind}")

    def connect(self, until):
        while self.connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=PATIENCE)
            try:
                connection.connect()
                self.connection = connection
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)

    def attempt(self, method, path, body, headers):
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            text = answer.read()
            if answer.will_close:
                self.connection = None
            return answer.status, json.loads(text) if answer.status == 200 else None
        except (OSError, http.client.HTTPException):
            self.connection = None
            return None, None


def short(token):
    return hashlib.sha256(token.encode()).hexdigest()[:12]


class Drill:
    """Of a server that is running; it runs afterwards."""

    def __init__(self, site, seed):
        self.site, self.dice = site, random.Random(seed)
        self.clients = [Client(site, f"user{i}", random.Random(self.dice.random())) for i in range(CLIENTS)]
        self.restarts = []

    def run(self, kills, rotations, report=lambda drill: None):
        for client in self.clients:
            client.start()
        while len(self.restarts) < kills or self.rotated() < rotations:
            time.sleep(self.dice.uniform(*UP))
            self.site.stop(signal.SIGKILL)
            self.restarts.append(time.monotonic())
            self.site.start(self.site.port)
            report(self)
            assert all(client.is_alive() for client in self.clients), [client.fault for client in self.clients]
        for client in self.clients:
            client.done.set()
        for client in self.clients:
            client.join()
        assert not any(client.fault for client in self.clients), [client.fault for client in self.clients]

    def rotated(self):
        return sum(client.rotations for client in self.clients)

    def judge(self, records):
        """The figures, and the violations with the lines that show them."""
        figures, violations = collections.Counter(kills=len(self.restarts)), []
        for client in self.clients:
            judge = Judge()
            for line in client.journal:
                judge.read(line)
            figures += judge.figures
            violations += judge.violations
        if records != figures["reuses"]:
            violations.append(("I4", [f"{records} records of {figures['reuses']} reuses"]))
        return dict(figures), violations

    def first_answers(self):
        """Seconds from each start of the program to the first 200 that a client got, sorted."""
        good = sorted(line.ended for client in self.clients for line in client.journal if line.answer == 200)
        return sorted(good[bisect.bisect(good, start)] - start for start in self.restarts)


def start(make_site, database, interval=INTERVAL, own_table=False):
    """One server that rotates, on a new database with users."""
    if not own_table:
        lay_djangos_table(database)
    site = make_site(database=database.url, jwt_auth=rotating(interval))
    site.run("database", "migrate")
    site.add_user("pattern")
    database.execute(f"UPDATE auth_user SET password = '{cheap_hash(PASSWORD)}'")
    copy_users(database, CLIENTS)
    return site.start(low_port())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--own-table", action="store_true")
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--rotations", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    chosen = parser.parse_args()
    store = "postgres" if chosen.postgres else "sqlite"
    print(f"{store}, seed {chosen.seed}", flush=True)

    def report(drill):
        if len(drill.restarts) % 50 == 0:
            print(f"{len(drill.restarts)} kills, {drill.rotated()} rotations", flush=True)

    began = time.monotonic()
    with standing_sites(store) as (_, database, make_site, _):
        drill = Drill(start(make_site, database, own_table=chosen.own_table), chosen.seed)
        drill.run(chosen.rounds, chosen.rotations, report)
        figures, violations = drill.judge(records_of_reuse(database))
    answers = drill.first_answers()
    p50, p99 = answers[len(answers) // 2], answers[len(answers) * 99 // 100]
    print(figures)
    print(f"first 200 after the start, ms: p50 {1e3 * p50:.0f}, p99 {1e3 * p99:.0f}, max {1e3 * answers[-1]:.0f};"
          f" {time.monotonic() - began:.0f} s")
    for invariant, lines in violations[:20]:
        print("BROKEN", invariant, *lines, sep="\n  ")
    print(f"{len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
