"""serve and the commands on a real PostgreSQL: beside somebody else's tables, in company, and without it."""

import json
import subprocess
import time

import pytest
import requests

from checkout import REPOSITORY
from program import PASSWORD, Site

DJANGO = (REPOSITORY / "src/storage/postgres/migrations/0001_auth_user.sql").read_text() + (
    "CREATE TABLE django_migrations (id serial PRIMARY KEY, app varchar(255) NOT NULL);\n"
    "CREATE TABLE auth_group (id serial PRIMARY KEY, name varchar(150) NOT NULL UNIQUE);\n"
)
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
REFUSED = {"detail": "Token is blacklisted."}


@pytest.fixture
def database(postgres):
    return postgres.new_database()


@pytest.fixture
def site(make_site, database):
    site = make_site(database=database.url)
    site.add_user("admin")
    return site.start()


def ready(site):
    return requests.get(site.url + "/readyz", timeout=60)


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.01)


def another(make_site, site, database):
    """A second node: the same database and the same secret."""
    other = make_site(database=database.url, secret=site.secret)
    return other.start()


# Whose database it is


def test_beside_djangos_tables_nothing_is_made_unasked(make_site, database):
    database.execute(DJANGO)
    before = database.dump()
    site = make_site(database=database.url)
    for words in (["serve", "--listen", "127.0.0.1:0"], ["users", "list"],
                  ["users", "add", "ann", "--unusable-password"]):
        refused = site.run(*words, check=False)
        assert refused.returncode == 1 and "restjwt database migrate" in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
    assert database.dump() == before

    assert "migrated the schema from version 0 to" in site.run("database", "migrate")
    assert "already" in site.run("database", "migrate")
    assert [table for table in database.execute(TABLES) if not table.startswith("restjwt_")] == [
        "auth_group", "auth_user", "django_migrations"]
    site.add_user("ann")
    # Django reads it without another package.
    [password] = database.execute("SELECT password FROM auth_user")
    assert password.startswith("pbkdf2_sha256$")
    site.start()
    token = site.login("ann")
    assert site.whoami(token).json() == {"user": "ann"}
    database.execute("UPDATE auth_user SET is_active = false")
    until(lambda: site.whoami(token).status_code == 401)


def test_an_empty_database_is_ours(make_site, database):
    site = make_site(database=database.url).start()
    assert site.post("/api-token-auth/", {"username": "a", "password": "b"}).status_code == 400
    assert "auth_user" in database.execute(TABLES)
    assert "already" in site.run("database", "migrate")


def test_a_role_that_may_only_read_and_write_rows_is_enough(make_site, database):
    make_site(database=database.url).run("database", "migrate")
    database.execute(
        f"CREATE ROLE clerk_{database.name} LOGIN;\n"
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk_{database.name};\n"
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO clerk_{database.name};\n"
    )
    site = make_site(database=database.url.replace("restjwt@", f"clerk_{database.name}@"))
    site.add_user("ann")
    site.start()
    token = site.login("ann")
    site.run("users", "passwd", "ann", "--password-stdin", stdin="other\n")
    until(lambda: site.whoami(token).json() == REFUSED)
    assert site.run("database", "migrate", check=False).returncode == 1


def test_the_password_comes_from_outside_and_is_never_shown(make_site, database):
    site = make_site(database=database.url_by_port)
    site.environment["PGPASSWORD"] = "wr0ng-s3cr3t"
    for words in (["users", "list"], ["serve", "--listen", "127.0.0.1:0"]):
        refused = site.run(*words, check=False)
        assert refused.returncode == 1 and "password authentication failed" in refused.stderr
        assert "wr0ng-s3cr3t" not in refused.stderr
    (site.folder / "pgpass").write_text("*:*:*:*:right\n")
    (site.folder / "pgpass").chmod(0o600)
    del site.environment["PGPASSWORD"]
    site.environment["PGPASSFILE"] = str(site.folder / "pgpass")
    site.add_user("ann")
    assert "ann" in site.run("users", "list")

    inside = make_site(database=database.url_by_port.replace("restjwt@", "restjwt:wr0ng-s3cr3t@"))
    shown = inside.run("config", "show")
    assert "restjwt:***@127.0.0.1" in shown and "wr0ng-s3cr3t" not in shown
    refused = inside.run("users", "list", check=False)
    assert refused.returncode == 1 and "wr0ng-s3cr3t" not in refused.stderr


DJANGO_PROGRAM = """
import sys, django
from django.conf import settings
name, host, port = sys.argv[1:]
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "USER": "restjwt",
                           "NAME": name, "HOST": host, "PORT": port}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField")
django.setup()
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import call_command
exec(sys.stdin.read())
"""


def django(database, script):
    """What a real Django does on that database; what it prints."""
    server = database.server
    done = subprocess.run(
        ["/usr/bin/python3", "-B", "-c", DJANGO_PROGRAM, database.name, server.folder, server.port],
        input=script, capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_real_django_on_the_same_database_ends_sessions(make_site, database):
    django(database, "call_command('migrate', verbosity=0)\n"
                     f"User.objects.create_user('ann', password={PASSWORD!r})")
    site = make_site(database=database.url)
    site.run("database", "migrate")
    site.start()
    changed = "an0ther-word"
    for change in (f"user.set_password({changed!r}); user.save()",
                   "User.objects.filter(pk=user.pk).update(is_active=False)"):
        token = site.login("ann", changed if "update" in change else PASSWORD)
        assert site.whoami(token).json() == {"user": "ann"}
        django(database, f"user = User.objects.get(username='ann')\n{change}")
        until(lambda: site.whoami(token).status_code == 401)
    django(database, "User.objects.update(is_active=True)")
    until(lambda: site.whoami(token).json() == REFUSED)

    site.add_user("bob")
    assert django(database, f"print(authenticate(username='bob', password={PASSWORD!r}))") == "bob\n"
    django(database, "call_command('migrate', verbosity=0)\n"
                     "call_command('makemigrations', '--check', '--dry-run', verbosity=0)")
    assert site.whoami(site.login("bob")).json() == {"user": "bob"}


# In company


def test_what_one_node_ends_the_others_refuse(make_site, site, database):
    other = another(make_site, site, database)
    token = site.login()
    assert other.whoami(token).status_code == 200
    header = {"Authorization": f"JWT {token}"}
    assert requests.post(site.url + "/auth/logout", headers=header, timeout=60).json() == {"ended": 1}
    until(lambda: other.whoami(token).status_code == 401)
    assert other.whoami(token).json() == REFUSED

    token = other.login()
    [session] = json.loads(site.run("sessions", "list", "admin", "--json"))
    site.run("sessions", "revoke", "admin", session["id"])
    for node in (site, other):
        until(lambda: node.whoami(token).status_code == 401)
    assert site.run("token", "verify", stdin=token, check=False).returncode == 1


@pytest.mark.parametrize("change", [
    ["users", "disable", "late"],
    ["users", "passwd", "late", "--password-stdin"],
    ["users", "delete", "late", "--yes"],
    "UPDATE auth_user SET password = 'pbkdf2_sha256$1$a$b' WHERE username = 'late'",
])
def test_a_changed_user_is_refused_by_every_node(make_site, site, database, change):
    site.add_user("late")
    other = another(make_site, site, database)
    token, bystander = site.login("late"), site.login()
    for node in (site, other):
        assert node.whoami(token).status_code == 200
    if isinstance(change, str):
        database.execute(change)
    else:
        site.run(*change, stdin="another\n")
    for node in (site, other):
        until(lambda: node.whoami(token).status_code == 401)
        assert node.whoami(bystander).status_code == 200


def test_what_happens_while_nobody_listens_is_read_all_the_same(site, database):
    for _ in range(3):
        token = site.login()
        database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE query IN ('LISTEN restjwt', 'SELECT 1');"
            "SELECT restjwt_append('user', '1', extract(epoch FROM now())::bigint, NULL);"
        )
        until(lambda: site.whoami(token).status_code == 401)


# Without it


@pytest.mark.parametrize("away, back", [("down", "up"), ("kill", "up"), ("freeze", "thaw")])
def test_an_outage_is_survived(site, postgres, away, back):
    site.add_user("ann")
    site.add_user("bob")
    token = site.login("ann")
    unseen = site.login("bob")  # nobody has asked yet who that is
    assert site.whoami(token).status_code == 200
    postgres.tell(away)
    try:
        for _ in range(3):
            for path, body in (("/api-token-auth/", {"username": "ann", "password": PASSWORD}),
                               ("/api-token-verify/", {"token": unseen})):
                answer = site.post(path, body)
                assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
        header = {"Authorization": f"JWT {token}"}
        answer = requests.post(site.url + "/auth/logout", headers=header, timeout=60)
        assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
        until(lambda: ready(site).status_code == 503)
        assert site.whoami(token).json() == {"user": "ann"}
        assert requests.get(site.url + "/healthz", timeout=60).status_code == 200
    finally:
        postgres.tell(back)
    until(lambda: ready(site).status_code == 200)
    assert site.whoami(unseen).json() == {"user": "bob"}
    # The logout that was answered 503 has not happened, or has, if PostgreSQL was only slow.
    assert site.whoami(token).status_code in ({200, 401} if away == "freeze" else {200})
    time.sleep(1.1)  # a session of its own begins in another second
    assert site.whoami(site.login("ann")).status_code == 200


@pytest.mark.parametrize("away, back", [("down", "up"), ("freeze", "thaw")])
def test_memory_is_not_believed_for_ever(make_site, database, postgres, away, back):
    site = make_site(database=database.url, top="stale_user_seconds = 1")
    site.add_user("ann")
    site.start()
    token = site.login("ann")
    until(lambda: site.whoami(token).status_code == 200)
    postgres.tell(away)
    try:
        until(lambda: site.whoami(token).status_code == 503)
        assert int(site.post("/api-token-auth/", {"username": "ann", "password": PASSWORD})
                   .headers["Retry-After"]) > 0
    finally:
        postgres.tell(back)
    until(lambda: site.whoami(token).status_code == 200)
    until(lambda: ready(site).status_code == 200)


def test_a_server_does_not_start_without_it(make_site, database, postgres):
    site = make_site(database=database.url)
    postgres.tell("down")
    try:
        refused = site.run("serve", "--listen", "127.0.0.1:0", check=False)
        assert refused.returncode == 1 and refused.stderr.startswith("restjwt: PostgreSQL: ")
    finally:
        postgres.tell("up")
