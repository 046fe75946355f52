"""measure.py PROGRAM ROUNDS [--rounds N] [--sizes FEW,MANY] [Google Benchmark's options]

Fills databases, SQLite files and others on a PostgreSQL server of its own, and runs the program
revocations_bench on them in turn, N times. Writes into the folder ROUNDS, and takes the databases
away.
"""

import argparse
import base64
import json
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

CASES = ["nothing", "sessions", "users"]  # what is revoked
WEEK = 7 * 86400
USER_COLUMNS = ("id, password, is_superuser, username, first_name, last_name, email, is_staff, "
                "is_active, date_joined")
REVOCATION_COLUMNS = "number, kind, subject, not_before, until"
SERVER = pathlib.Path(__file__).parents[2] / "tests/support/postgres_server.sh"


def users(count):
    """User 1 has a session that was revoked, the others have tokens that are good."""
    for number in range(1, count + 2):
        name = f"user{number}"
        yield (number, "!" * 88, 0, name, "", "", f"{name}@example.com", 0, 1,
               "2026-01-01 00:00:00")


def revocations(case, count):
    now = int(time.time())
    source = random.Random(5)
    for number in range(1, count + 1):
        if case == "sessions":
            subject = base64.urlsafe_b64encode(source.randbytes(16)).decode().rstrip("=")
            yield number, "session", subject, 0, now + WEEK
        else:
            yield number, "user", number + 1, now - 3600, now + WEEK


class Sqlite:
    name = "SQLite"

    def __init__(self, folder):
        self.folder = folder

    def url(self, database):
        return str(self.folder / f"{database}.sqlite3")

    def create(self, database):
        """The program does."""

    def fill(self, database, table, columns, rows):
        connection = sqlite3.connect(self.url(database))
        places = ", ".join("?" * len(columns.split(",")))
        with connection:
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def close(self):
        pass


class Postgres:
    name = "PostgreSQL"

    def __init__(self):
        self.server = subprocess.Popen([SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       text=True)
        ready = self.server.stdout.readline().split()
        if not ready:
            sys.exit("measure: PostgreSQL does not start")
        _, self.folder, self.port = ready

    def url(self, database):
        return f"host={self.folder} port={self.port} user=restjwt dbname={database}"

    def run(self, database, *statements, lines=()):
        commands = [word for statement in statements for word in ("-c", statement)]
        with subprocess.Popen(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", self.url(database),
                               *commands], stdin=subprocess.PIPE, text=True) as psql:
            psql.stdin.writelines(lines)
        if psql.returncode:
            sys.exit("measure: psql failed")

    def create(self, database):
        self.run("postgres", f"CREATE DATABASE {database}")

    def fill(self, database, table, columns, rows):
        self.run(database, "SET session_replication_role = replica",  # no trigger, row by row
                 f"COPY {table} ({columns}) FROM STDIN",
                 "UPDATE restjwt_log SET number = (SELECT coalesce(max(number), 0) "
                 "FROM restjwt_revocation)", "VACUUM ANALYZE",
                 lines=("\t".join(map(str, row)) + "\n" for row in rows))

    def close(self):
        self.server.stdin.close()
        self.server.wait()


def say(text):
    print(f"{text} [{time.monotonic() - began:.0f} s]", file=sys.stderr)


def prepare(store, program, size):
    # Each anew: a copy would be taken for a restored backup.
    for case in CASES:
        database = f"{case}_{size}"
        store.create(database)
        subprocess.run([program, "make", store.url(database)], check=True)
        store.fill(database, "auth_user", USER_COLUMNS, users(size))
        if case == "nothing":
            continue
        store.fill(database, "restjwt_revocation", REVOCATION_COLUMNS, revocations(case, size - 1))
        subprocess.run([program, "end", case.removesuffix("s"), store.url(database)], check=True)


def start(store, program, case, size):
    done = subprocess.run([program, "start", store.url(f"{case}_{size}")], check=True,
                          stdout=subprocess.PIPE, text=True)
    figures = json.loads(done.stdout)
    entries = 0 if case == "nothing" else size
    if not figures["complete"] or figures["entries"] != entries:
        sys.exit(f"measure: {store.name}, {case}, {size}: {figures}")
    if figures["refused"] != (case != "nothing"):
        sys.exit(f"measure: {store.name}, {case}, {size}: the revoked token is not told: {figures}")
    return {"store": store.name, "case": case, "size": size, **figures}


def verify(store, program, sizes, options):
    cases = [f"{size} {case}={store.url(f'{database}_{size}')}" for size in sizes
             for case, database in [("limit", "nothing"), *zip(CASES, CASES)]]
    done = subprocess.run([program, "verify", *cases, *options],
                          check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--rounds", type=int, default=1)
    arguments.add_argument("--sizes", default="1000,1000000")
    options, google = arguments.parse_known_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    options.folder.mkdir(exist_ok=True)

    with tempfile.TemporaryDirectory(prefix="restjwt-revocations-") as files:
        postgres = Postgres()
        stores = [Sqlite(pathlib.Path(files)), postgres]
        try:
            for store in stores:
                for size in sizes:
                    prepare(store, options.program, size)
                say(f"{store.name} is filled")
            for number in range(1, options.rounds + 1):
                figures = []
                for store in stores:
                    figures += [start(store, options.program, case, size)
                                for size in sizes for case in CASES]
                    (options.folder / f"verify-{store.name}-{number}.json").write_text(
                        verify(store, options.program, sizes, google))
                (options.folder / f"start-{number}.json").write_text(json.dumps(figures))
                say(f"round {number} of {options.rounds}")
        finally:
            postgres.close()


began = time.monotonic()
main()
