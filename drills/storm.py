#!/usr/bin/python3
"""50 threads present one refresh token at the same moment, at two servers, again and again: how many of them
succeed, and how many different tokens they get.

    drills/storm.py [--rounds 1000] [--threads 50] [--store sqlite|postgres] [--interval 10]

Within the interval all of them are given the one child; without one a single thread is, and the reuse by the
others ends the session. Prints the histograms; exit 1 where it is otherwise."""

import argparse
import collections
import concurrent.futures
import pathlib
import sys
import threading
import time

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from nodes import low_port, standing_sites  # noqa: E402
from rotation import rotating  # noqa: E402


class Storm:
    def __init__(self, nodes, threads):
        self.nodes, self.threads = nodes, threads
        self.start = threading.Barrier(threads)
        self.pool = concurrent.futures.ThreadPoolExecutor(threads)
        self.local = threading.local()

    def present(self, i, token):
        """The tokens it got, or nothing; who is told to come again does."""
        if not hasattr(self.local, "session"):
            self.local.session = requests.Session()
        url = self.nodes[i % len(self.nodes)].url + "/api/token/refresh/"
        self.start.wait()
        while (answer := self.local.session.post(url, json={"refresh": token}, timeout=60)).status_code == 503:
            time.sleep(0.02)
        assert answer.status_code in (200, 401), answer.text
        return answer.text if answer.status_code == 200 else None

    def round(self):
        """How many succeeded, with how many different answers; and the first of these."""
        login = {"username": "pattern", "password": "abc123"}
        token = requests.post(self.nodes[0].url + "/api/token/", json=login, timeout=60).json()["refresh"]
        got = [text for text in self.pool.map(self.present, range(self.threads), [token] * self.threads) if text]
        return len(got), len(set(got))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=50)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--interval", type=int, default=10)
    chosen = parser.parse_args()
    successes, answers = collections.Counter(), collections.Counter()
    began = time.monotonic()
    with standing_sites(chosen.store) as (_, database, make_site, _):
        one = make_site(database=database.url, jwt_auth=rotating(chosen.interval))
        other = make_site(database=database.url, jwt_auth=rotating(chosen.interval), secret=one.secret)
        one.run("database", "migrate")
        one.add_user("pattern")
        storm = Storm((one.start(low_port()), other.start(low_port())), chosen.threads)
        for _ in range(chosen.rounds):
            success, different = storm.round()
            successes[success] += 1
            answers[different] += 1
        storm.pool.shutdown()
    print(f"{chosen.store}, interval {chosen.interval} s: successes of a round → rounds {dict(successes)},"
          f" different answers of a round → rounds {dict(answers)}; {time.monotonic() - began:.0f} s")
    wanted = chosen.threads if chosen.interval else 1
    return successes != {wanted: chosen.rounds} or answers != {1: chosen.rounds}


if __name__ == "__main__":
    sys.exit(main())
