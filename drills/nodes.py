"""What the drills with two servers share."""

import base64
import contextlib
import hashlib
import pathlib
import random
import socket
import subprocess
import sys
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests/blackbox"))
from databases import PostgresServer, SqliteDatabase  # noqa: E402
from haproxy import Link  # noqa: E402
from program import Site  # noqa: E402

# Long enough for every drill: what is refused was revoked, and has not expired.
LONG_TOKENS = 'JWT_EXPIRATION_DELTA = "6h"'
# They log in with passwords that are about to be wrong, thousands of times.
UNTHROTTLED = "\n[throttle]\nenabled = false"


def header(token):
    return {"Authorization": f"JWT {token}"}


def low_port():
    """Below those of outgoing connections: a server that was killed finds it free when it comes again."""
    while True:
        with contextlib.suppress(OSError):
            with socket.create_server(("127.0.0.1", random.randrange(12000, 20000))) as taken:
                return taken.getsockname()[1]


def start_two(make_site, database, other_url=None):
    """Two servers on one database, with one secret, and a user "pattern"."""
    settings = LONG_TOKENS + UNTHROTTLED
    one = make_site(database=database.url, jwt_auth=settings)
    other = make_site(database=other_url or database.url, jwt_auth=settings, secret=one.secret)
    other.environment["PGPASSWORD"] = "right"
    one.run("database", "migrate")
    one.add_user("pattern")
    return one.start(low_port()), other.start(low_port())


def copy_users(database, count):
    """user0, user1, …, all with the password of the user "pattern": to hash each would take long."""
    columns = "password, is_superuser, first_name, last_name, email, is_staff, is_active, date_joined"
    database.execute(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n"
        f" WHERE i + 1 < {count}) INSERT INTO auth_user (username, {columns})"
        f" SELECT 'user' || i, {columns} FROM n, auth_user WHERE username = 'pattern'"
    )


def cheap_hash(password):
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), b"salt", 1)
    return f"pbkdf2_sha256$1$salt${base64.b64encode(key).decode()}"


def lay_djangos_table(database):
    """In somebody else's table no login replaces a weak hash: a cheap one stays cheap."""
    kind = "sqlite" if isinstance(database, SqliteDatabase) else "postgres"
    table = (REPOSITORY / f"src/storage/{kind}/migrations/0001_auth_user.sql").read_text()
    hand = Hand(database)
    if kind == "sqlite":
        hand.execute("PRAGMA journal_mode = WAL")
        hand.sqlite.executescript(table)
    else:
        hand.execute(table)
    hand.execute("CREATE TABLE django_migrations (id integer PRIMARY KEY)")
    hand.close()


@contextlib.contextmanager
def standing_sites(store):
    """A database of that kind: PostgreSQL (or None), the database, what makes a server, and a folder."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as ends:
        folder = pathlib.Path(folder)
        server = None
        if store == "postgres":
            server = PostgresServer()
            ends.callback(server.end)
            database = server.new_database()
        else:
            database = SqliteDatabase(folder)

        def make_site(**options):
            place = pathlib.Path(tempfile.mkdtemp(dir=folder))
            site = Site(place, **options)
            ends.callback(site.stop)
            return site

        yield server, database, make_site, folder


@contextlib.contextmanager
def standing(store, prepare=lambda database: None, link=False):
    """Two servers on a database of that kind; PostgreSQL (or None; or the link to it of the second
    server, if it is to have one), the database, both servers and their folder."""
    with standing_sites(store) as (server, database, make_site, folder), contextlib.ExitStack() as ends:
        prepare(database)
        if not link:
            yield server, database, start_two(make_site, database), folder
            return
        server = ends.enter_context(Link(folder, server.port))
        yield server, database, start_two(make_site, database, database.url_by(server.port)), folder


class Hand:
    """One connection of another program to the database: SQL, without a server between."""

    def __init__(self, database):
        self.psql = self.sqlite = None
        if isinstance(database, SqliteDatabase):
            self.sqlite = database.connect()
        else:
            self.psql = subprocess.Popen(
                ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database.url],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )

    def execute(self, statement):
        """Returns when it is committed."""
        if self.sqlite:
            self.sqlite.execute(statement)
            return
        self.psql.stdin.write(f"{statement};\n\\echo done\n")
        self.psql.stdin.flush()
        assert self.psql.stdout.readline() == "done\n", f"psql failed: {statement}"

    def close(self):
        if self.sqlite:
            self.sqlite.close()
        else:
            self.psql.stdin.close()
            self.psql.wait(timeout=60)
            self.psql.stdout.close()
