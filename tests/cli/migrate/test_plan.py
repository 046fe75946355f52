"""`restjwt migrate django snippet`, `plan` and `rollback-check` on three real Django projects."""

import hashlib
import json
import stat
import subprocess

import pytest

from django_sites import LONG_SECRET, default_site, email_site, fork_site

SITES = {"default": default_site, "email": email_site, "fork": fork_site}


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    made = {}

    def get(name):
        if name not in made:
            made[name] = SITES[name](tmp_path_factory.mktemp(name))
            made[name].dump()
        return made[name]

    return get


def dump_of(site):
    return json.loads((site.folder / "django.json").read_text())


def plan_of(site):
    return json.loads(site.plan("--json").stdout)


def by_name(list_of_objects):
    return {entry["name"]: entry for entry in list_of_objects}


def digest(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("db.sqlite3*")}


# The snippet


def test_postgres_is_named_without_its_password(tmp_path):
    site = default_site(tmp_path)
    # A back end of the site's own: Django's wants a driver, and the database is not asked.
    (tmp_path / "mysite/postgresql").mkdir()
    (tmp_path / "mysite/postgresql/base.py").write_text("from django.db.backends.sqlite3.base import *\n")
    with (tmp_path / "mysite/settings.py").open("a") as settings:
        settings.write("""
DATABASES["default"] = {"ENGINE": "mysite.postgresql", "NAME": "site", "USER": "a b",
                        "PASSWORD": "db-password", "HOST": "127.0.0.1", "PORT": 1,
                        "OPTIONS": {"sslmode": "disable", "connect_timeout": 3}}
""")
    assert "db-password" not in site.dump()
    url = "postgresql://a%20b@127.0.0.1:1/site?sslmode=disable"
    done = site.plan("--json", "--output", "restjwt.toml")
    assert done.returncode == 1  # nobody is there to count the users of
    assert json.loads(done.stdout)["users_problem"].startswith(f"{url}: PostgreSQL: ")
    assert f'database = "{url}"' in (tmp_path / "restjwt.toml").read_text()
    assert "restjwt database migrate" in site.plan().stdout


@pytest.mark.parametrize("name", SITES)
def test_the_dump_holds_no_secret(sites, name):
    site = sites(name)
    dump = (site.folder / "django.json").read_text()
    assert site.secret not in dump
    assert "PRIVATE KEY" not in dump and "BEGIN" not in dump
    assert "db-password" not in dump and "db-user-name" not in dump


def test_keys_are_named_by_their_place(sites):
    assert dump_of(sites("default"))["SECRET_KEY"] == {
        "secret": "settings.SECRET_KEY", "length": len(LONG_SECRET), "bytes": False}
    keys = dump_of(sites("fork"))["JWT_AUTH"]["JWT_PUBLIC_KEY"]
    assert [key["secret"] for key in keys] == ["JWT_AUTH.JWT_PUBLIC_KEY[0]", "JWT_AUTH.JWT_PUBLIC_KEY[1]"]
    assert {key["kind"] for key in keys} == {"pem"}


def test_a_handler_is_named_and_a_timedelta_is_seconds(sites):
    settings = dump_of(sites("email"))["JWT_AUTH"]
    assert settings["JWT_RESPONSE_PAYLOAD_HANDLER"] == {"function": "mysite.handlers.answer"}
    assert settings["JWT_EXPIRATION_DELTA"] == {"timedelta": 86400.0}


def test_an_unknown_setting_is_named_without_its_value(sites):
    assert dump_of(sites("default"))["JWT_AUTH"]["JWT_EXPIRATION_DETLA"] == {"unknown": "timedelta"}


def test_the_user_model_is_described(sites):
    user = dump_of(sites("email"))["user"]
    assert user["table"] == "accounts_person" and user["pk"] == {"column": "id", "kind": "uuid"}
    assert user["username"] == {"column": "email", "max_length": 254, "unique": True}
    assert user["columns"]["is_active"] == "enabled" and user["columns"]["is_staff"] is None
    assert user["required"] == [{"column": "company", "type": "CharField"}]


def test_the_paths_of_the_views_are_found(sites):
    views = dump_of(sites("email"))["views"]
    assert [(view["view"], view["path"]) for view in views] == [
        ("obtain", "/auth/auth/$"), ("refresh", "/auth/refresh/$"), ("verify", "/auth/verify/$")]


def test_a_fork_is_told_from_the_original(sites):
    assert dump_of(sites("fork"))["package"] == {"name": "drf-jwt", "version": "1.17.3"}
    assert dump_of(sites("default"))["package"] == {"name": "djangorestframework-jwt", "version": "1.11.0"}


def test_the_snippet_runs_as_a_program_of_its_own(sites):
    site = sites("default")
    (site.folder / "dump.py").write_text(site.restjwt("migrate", "django", "snippet").stdout)
    done = subprocess.run(["/usr/bin/python3", "dump.py"], cwd=site.folder, capture_output=True, text=True,
                          env={"DJANGO_SETTINGS_MODULE": "mysite.settings", "PYTHONPATH": str(site.folder)})
    assert json.loads(done.stdout) == dump_of(site), done.stderr


def test_the_snippet_works_in_a_shell_that_reads_line_by_line(sites):
    site = sites("default")
    console = "import code, sys, django; django.setup(); code.interact(banner='', exitmsg='')"
    done = subprocess.run(["/usr/bin/python3", "-c", console], cwd=site.folder, capture_output=True, text=True,
                          input=site.restjwt("migrate", "django", "snippet").stdout,
                          env={"DJANGO_SETTINGS_MODULE": "mysite.settings", "PYTHONPATH": str(site.folder)})
    assert done.stdout.startswith(">>> "), done.stderr  # its prompts are in the dump
    (site.folder / "prompts.json").write_text(done.stdout)
    planned = site.restjwt("migrate", "django", "plan", "--settings", "prompts.json", "--json")
    assert json.loads(planned.stdout)["release"] == "djangorestframework-jwt 1.11.0"


# The plan


@pytest.mark.parametrize("name, code", [("default", 0), ("email", 1), ("fork", 0)])
def test_the_exit_code_says_whether_everything_is_mapped(sites, name, code):
    assert sites(name).plan().returncode == code


@pytest.mark.parametrize("name", SITES)
def test_the_database_is_untouched(sites, name):
    site = sites(name)
    before = digest(site.folder)
    site.plan()
    assert digest(site.folder) == before


def test_a_database_in_wal_mode_is_untouched(tmp_path):
    site = default_site(tmp_path)
    site.shell("from django.db import connection; connection.cursor().execute('PRAGMA journal_mode = wal')")
    site.dump()
    before = digest(site.folder)
    assert site.plan().returncode == 0
    assert digest(site.folder) == before and list(before) == ["db.sqlite3"]


def test_the_configuration_is_the_owners_and_never_overwritten(sites, tmp_path):
    site = sites("default")
    output = tmp_path / "restjwt.toml"
    site.plan("--output", str(output))
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    text = output.read_text()
    again = site.plan("--output", str(output))
    assert again.returncode == 1 and "is there already" in again.stderr
    assert output.read_text() == text


def test_settings_are_reported_one_by_one(sites):
    settings = by_name(plan_of(sites("default"))["settings"])
    assert settings["JWT_EXPIRATION_DELTA"] == {"name": "JWT_EXPIRATION_DELTA", "fate": "mapped", "text": '"1h"'}
    assert settings["JWT_LEEWAY"]["fate"] == "default"
    assert settings["JWT_EXPIRATION_DETLA"]["fate"] == "unused"
    assert "Was JWT_EXPIRATION_DELTA meant?" in settings["JWT_EXPIRATION_DETLA"]["text"]


def test_a_handler_of_the_sites_own_is_named_with_what_to_do(sites):
    handler = by_name(plan_of(sites("email"))["settings"])["JWT_RESPONSE_PAYLOAD_HANDLER"]
    assert handler["fate"] == "unmapped"
    assert handler["text"].startswith("mysite.handlers.answer: ") and "template" in handler["text"]


def test_users_are_counted(sites):
    users = plan_of(sites("default"))["users"]
    assert users["count"] == 7
    assert [(group["format"], group["count"], group["self_test"], group["django_reads"])
            for group in users["hashes"]] == [("pbkdf2_sha256", 4, "passed", True),
                                              ("unsalted_sha1", 1, "passed", False)]
    assert users["inactive"] == {"count": 1, "names": ["gone"]}
    assert users["unusable"] == {"count": 1, "names": ["sso"]}
    assert users["unreadable"]["count"] == 1
    assert users["collisions"] == [{"kind": "case_or_blanks", "names": ["anna", "Anna"]}]


def test_a_name_cannot_write_on_the_terminal(sites):
    text = sites("default").plan().stdout
    assert "\x1b" not in text and "red\\u001b[31m" in text


def test_a_missing_database_is_said_and_the_rest_is_still_planned(sites):
    done = sites("default").plan("--database", "sqlite:nowhere.db")
    assert done.returncode == 1
    assert "NOT READ" in done.stdout and "JWT_EXPIRATION_DELTA" in done.stdout


@pytest.mark.parametrize("dump, said", [
    ("", "is empty"),
    ("{", "is no JSON at byte 1"),
    ("[]", "is no JSON object"),
    ('{"format": 2}', "format: is not 1"),
    ('{"format": 1, "format": 1}', "is no JSON"),
    ('{"format": 1, "database": {}, "package": {"name": 3}}', "package.name: is no text"),
    ('{"a": "' + "x" * 1024 * 1024 + '"}', "is longer than 1 MiB"),
])
def test_a_dump_that_is_none_is_wrong_usage(sites, tmp_path, dump, said):
    file = tmp_path / "dump.json"
    file.write_text(dump)
    done = sites("default").restjwt("migrate", "django", "plan", "--settings", str(file))
    assert done.returncode == 2 and said in done.stderr and str(file) in done.stderr


# The way there and back


@pytest.fixture(scope="module")
def moved(sites, tmp_path_factory):
    """The site with restjwt.toml and the keys, made by the commands that the plan prints."""
    made = {}

    def get(name):
        site = sites(name)
        if name not in made:
            site.plan("--output", "restjwt.toml")
            for step in plan_of(site)["steps"]:
                for command in step["commands"]:
                    if "manage.py" in command:
                        done = site.run("bash", "-c", "python() { /usr/bin/python3 \"$@\"; }; " + command)
                        assert done.returncode == 0, done.stderr
            made[name] = site
        return site

    return get


@pytest.mark.parametrize("name", SITES)
def test_the_commands_of_the_plan_make_a_good_configuration(moved, name):
    site = moved(name)
    done = site.restjwt("config", "check", "--config", "restjwt.toml")
    assert done.returncode == 0, done.stderr
    for key in site.folder.glob("jwt_*"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_the_secret_file_is_the_secret(moved):
    # With the newline that is cut when the file is read.
    assert (moved("default").folder / "jwt_secret_key").read_text() == LONG_SECRET + "\n"


def check(site, *words):
    done = site.restjwt("migrate", "django", "rollback-check", "--settings", "django.json", "--config",
                        "restjwt.toml", "--json", *words)
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert done.returncode == (0 if report["ok"] else 1)
    return report


def failed(report):
    return [entry["name"] for entry in report["checks"] if not entry["ok"]]


@pytest.mark.parametrize("name, broken", [
    ("default", ["passwords unsalted_sha1", "password form"]),  # as Django's own table is
    ("email", ["JWT_RESPONSE_PAYLOAD_HANDLER"]),  # its line in restjwt.toml is still to be finished
    ("fork", []),
])
def test_after_the_move_django_could_take_over(moved, name, broken):
    assert failed(check(moved(name))) == broken


def test_a_hash_that_django_cannot_read_stands_in_the_way(moved):
    site = moved("fork")
    hash = "argon2$argon2id$v=19$m=19456,t=2,p=1$SUE1cWcwU3JyMGFNcElCeW5IMXNiTQ$abva3TYCsKsyvzywzRiob5vnK/0HvumiVcXclK6ucrc"
    site.shell(f"""
        from django.contrib.auth.models import User
        User.objects.create(username="argon", password="{hash}")
    """)
    try:
        report = check(site)
        assert failed(report) == ["passwords argon2"]
        assert "argon2-cffi" in by_name(report["checks"])["passwords argon2"]["text"]
    finally:
        site.shell('from django.contrib.auth.models import User; User.objects.get(username="argon").delete()')


def test_a_changed_setting_stands_in_the_way(moved):
    site = moved("fork")
    file = site.folder / "restjwt.toml"
    text = file.read_text()
    file.write_text(text.replace("https://id.example", "https://other.example"))
    try:
        assert failed(check(site)) == ["JWT_ISSUER", "claim iss"]
    finally:
        file.write_text(text)


def test_a_name_too_long_for_django_stands_in_the_way(moved):
    site = moved("fork")
    site.shell('from django.contrib.auth.models import User; User.objects.create_user("x" * 151, password="abc123")')
    try:
        assert failed(check(site)) == ["name length"]
    finally:
        site.shell('from django.contrib.auth.models import User; User.objects.get(username="x" * 151).delete()')
