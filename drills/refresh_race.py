#!/usr/bin/python3
"""Fifty clients present one refresh token at the same moment, half of them at each of two servers on one store.

    drills/refresh_race.py [--rounds 1000] [--rounds-at-once 200] [--store sqlite|postgres]

With an interval of ten seconds all must get the very same child, and the next round is about that one; without
an interval (--rounds-at-once) exactly one gets a child, and the session ends with the second who asks, its child
included. The last bytes of all requests leave together, from one thread: closer than fifty threads of Python come.

tests/blackbox/test_rotation_drills.py is the short form. The program is build/release/bin/restjwt, or
$RESTJWT_BIN. Prints two histograms; exit 1 where an invariant is broken."""

import argparse
import collections
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from nodes import cheap_hash, lay_djangos_table, low_port, standing_sites  # noqa: E402
from program import PASSWORD, RawConnection  # noqa: E402
from rotation import rotating  # noqa: E402

CLIENTS = 50


class Race:
    def __init__(self, nodes, interval):
        self.nodes, self.interval = nodes, interval
        self.connections = [RawConnection(nodes[i % 2].port) for i in range(CLIENTS)]
        self.successes, self.children = collections.Counter(), collections.Counter()  # how many: in so many rounds
        self.violations = collections.Counter()
        self.come_again = 0
        self.spreads = []  # seconds between the first and the last of the last bytes
        self.examples = []

    def run(self, rounds, report=lambda race: None):
        token = None
        for _ in range(rounds):
            token = self.round(token or self.log_in())
            report(self)
        for connection in self.connections:
            connection.close()
        return self

    def log_in(self):
        answer = self.nodes[0].post("/api/token/", {"username": "racer", "password": PASSWORD})
        assert answer.status_code == 200, f"login {answer.status_code} {answer.text}"
        return answer.json()["refresh"]

    def round(self, token):
        """What the next round may be about."""
        answers = self.present_everywhere(token)
        granted = [body["refresh"] for status, body in answers if status == 200]
        different = set(granted)
        self.successes[len(granted)] += 1
        self.children[len(different)] += 1
        self.judge(answers, len(granted), len(different))
        if self.interval and len(different) == 1:
            return granted[0]
        for child in different:
            for node in self.nodes:
                if self.surely(node, child) != 401:
                    self.blame("no session outlives reuse", child_of_round=sum(self.successes.values()))
        return None

    def judge(self, answers, granted, different):
        seen = collections.Counter(status for status, _ in answers)
        if set(seen) - {200, 401}:
            self.blame("no other answer", seen=dict(seen))
        if different > 1:
            self.blame("at most one child", seen=dict(seen), different=different)
        if self.interval and granted < CLIENTS:
            self.blame("who asks within the interval gets the child", seen=dict(seen))
        if not self.interval and granted != 1:
            self.blame("exactly one gets a child", seen=dict(seen))

    def blame(self, invariant, **seen):
        self.violations[invariant] += 1
        self.examples.append(f"{invariant}: {seen}")

    def present_everywhere(self, token):
        """Statuses and bodies. Who is told to come again does."""
        body = json.dumps({"refresh": token}).encode()
        request = (
            b"POST /api/token/refresh/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)
        ) + body
        for connection in self.connections:
            connection.send(request[:-1])
        time.sleep(0.005)  # all of it is read but for that byte
        began = time.monotonic()
        for connection in self.connections:
            connection.send(request[-1:])
        self.spreads.append(time.monotonic() - began)
        answers = [self.answer_of(connection, request) for connection in self.connections]
        return [(status, json.loads(body) if status == 200 else body) for status, body in answers]

    def answer_of(self, connection, request):
        for _ in range(200):
            status, _, body = connection.read_response()
            if status != 503:
                break
            self.come_again += 1
            time.sleep(0.02)
            connection.send(request)
        return status, body

    def surely(self, node, token):
        for _ in range(200):
            status = node.post("/api/token/refresh/", {"refresh": token}).status_code
            if status != 503:
                break
            self.come_again += 1
            time.sleep(0.02)
        return status

    def told(self):
        spreads = sorted(self.spreads)
        return {
            "successes": dict(self.successes), "different children": dict(self.children),
            "come again": self.come_again, "violations": dict(self.violations),
            "last bytes within, ms": [round(1e3 * spreads[len(spreads) // 2], 1), round(1e3 * spreads[-1], 1)],
        }


def start_racers(make_site, database, interval):
    """Two servers that rotate on one new database, and a user."""
    lay_djangos_table(database)
    one = make_site(database=database.url, jwt_auth=rotating(interval))
    other = make_site(database=database.url, jwt_auth=rotating(interval), secret=one.secret)
    one.run("database", "migrate")
    one.add_user("racer")
    database.execute(f"UPDATE auth_user SET password = '{cheap_hash(PASSWORD)}'")
    return one.start(low_port()), other.start(low_port())


def records_of_reuse(database):
    [count] = database.execute("SELECT count(*) FROM restjwt_audit WHERE line LIKE '%\"refresh_token_reused\"%'")
    return int(count)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--rounds-at-once", type=int, default=200)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    chosen = parser.parse_args()
    wrong = 0
    for interval, rounds in ((10, chosen.rounds), (0, chosen.rounds_at_once)):
        began = time.monotonic()
        with standing_sites(chosen.store) as (_, database, make_site, _):
            race = Race(start_racers(make_site, database, interval), interval).run(rounds)
            records = records_of_reuse(database)
        if records != (0 if interval else rounds):
            race.blame("a reuse leaves one record", records=records)
        print(f"{chosen.store}, interval {interval} s, {rounds} rounds of {CLIENTS}: {race.told()},"
              f" records of reuse: {records}, {time.monotonic() - began:.0f} s", flush=True)
        for example in race.examples[:20]:
            print("BROKEN", example)
        wrong += sum(race.violations.values())
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
