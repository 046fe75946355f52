"""Databases for a Site, and any other program that looks into them: SQLite, and a real PostgreSQL as
tests/support/postgres_server.sh makes it."""

import itertools
import pathlib
import sqlite3
import subprocess

SCRIPT = pathlib.Path(__file__).resolve().parents[1] / "support/postgres_server.sh"


class SqliteDatabase:
    def __init__(self, folder):
        self.folder = folder
        self.url = f"sqlite://{folder}/restjwt.db"

    def execute(self, statement):
        """The rows, their columns between tabs."""
        connection = self.connect()
        try:
            return ["\t".join(map(str, row)) for row in connection.execute(statement)]
        finally:
            connection.close()

    def connect(self):
        """Every statement is a transaction. For one thread at a time."""
        return sqlite3.connect(
            self.folder / "restjwt.db", timeout=30, isolation_level=None, check_same_thread=False
        )

    def dump(self):
        return b"".join(file.read_bytes() for file in self.folder.glob("restjwt.db*"))


class PostgresServer:
    def __init__(self):
        self.process = subprocess.Popen(
            [SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        ready, *where = self.process.stdout.readline().split() or [""]
        assert ready == "ready", "PostgreSQL does not start"
        self.folder, self.port = where
        self.numbers = itertools.count(1)

    def tell(self, command):
        """down, up, kill, freeze or thaw."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n", f"PostgreSQL did not go {command}"

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()

    def new_database(self):
        """Of a name of its own; gone with the server."""
        database = PostgresDatabase(self, f"site_{next(self.numbers)}")
        PostgresDatabase(self, "postgres").execute(f"CREATE DATABASE {database.name}")
        return database


class PostgresDatabase:
    def __init__(self, server, name):
        self.server, self.name = server, name

    @property
    def url(self):
        """By the socket, which asks for no password."""
        return f"postgresql://restjwt@/{self.name}?host={self.server.folder}&port={self.server.port}"

    @property
    def url_by_port(self):
        """By the port, which asks for the password "right"."""
        return self.url_by(self.server.port)

    def url_by(self, port):
        return f"postgresql://restjwt@127.0.0.1:{port}/{self.name}"

    def execute(self, script):
        """As the owner, by psql: any other program. The rows, their columns between tabs."""
        done = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", self.url],
            input=script, capture_output=True, text=True, timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def dump(self):
        done = subprocess.run(["pg_dump", "-d", self.url], capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        # One line at either end has a random word in it.
        lines = done.stdout.splitlines()
        return b"\n".join(line for line in lines if b"restrict " not in line)
