"""A real Django project and restjwt, both running, on one SQLite file and with one secret.

The project is made by `startproject` and migrated; its `rest_framework_jwt` is the stand-in of
django_project/. Users are made, changed and deleted by `manage.py shell` and by `restjwt users`,
while both serve.
"""

import contextlib
import json
import re
import shutil
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
import requests

from checkout import REPOSITORY
from django_site import USERNAME_FIELDS, Beside, DjangoSite, start_project
from program import PASSWORD, TOKEN

RELEASES = ["1.0.1", "1.11.0", "drf-jwt"]
LATER = RELEASES[1:]
NEW_PASSWORD = "xyz789-neu"
REFRESHABLE = {"JWT_ALLOW_REFRESH": True}
FEW_ITERATIONS = ["api.hashers.FewIterations", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
KEYS = REPOSITORY / "tests/data/keys"


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """The project with that user model, migrated once and copied by every test that needs one."""
    made = {}

    def project(user_model="auth.User"):
        if user_model not in made:
            made[user_model] = start_project(tmp_path_factory.mktemp("migrated"), user_model)
        return made[user_model]

    yield project
    for folder in made.values():
        shutil.rmtree(folder)


def assert_clean_end(beside):
    code, log = beside.stop(), beside.log_text()
    assert code in (0, None), f"exit code {code}: {log[-2000:]}"
    assert not TOKEN.search(log), "the log holds a token"
    for secret in (PASSWORD, NEW_PASSWORD, beside.secret):
        assert secret not in log, "the log holds a secret"


@contextlib.contextmanager
def pairs(migrated, tmp_path_factory):
    """Makes (Django, restjwt), both serving; at the end both stop and no file is left."""
    with contextlib.ExitStack() as ends:

        def folder():
            made = tmp_path_factory.mktemp("pair")
            ends.callback(shutil.rmtree, made)
            return made

        def make(release, jwt_auth=REFRESHABLE, user_model="auth.User", users="", hashers=(), ours={}):
            """`ours`: what restjwt is told in place of what Django is."""
            like = migrated(user_model)
            django = DjangoSite(folder(), release, jwt_auth, user_model, like, hashers)
            ends.callback(django.stop)
            beside = Beside(folder(), django, jwt_auth | ours, users)
            ends.callback(assert_clean_end, beside)
            return django.start(), beside.start()

        yield make


@pytest.fixture
def make_pair(migrated, tmp_path_factory):
    with pairs(migrated, tmp_path_factory) as make:
        yield make


@pytest.fixture(scope="module", params=RELEASES)
def pair(request, migrated, tmp_path_factory):
    """Django's own hashers, default users, refreshable tokens. Tests share it and not their users."""
    with pairs(migrated, tmp_path_factory) as make:
        yield make(request.param)


@pytest.fixture
def name(request):
    """A user name of the test's own."""
    return re.sub(r"[^a-z0-9]+", "-", request.node.name.removeprefix("test_"))[:60]


def ask_until(ask, seen):
    """Asks until the answer is as it should be, and returns that. restjwt promises a second; the bound
    is generous because the machine may be busy, and the wait ends with the first such answer."""
    until, asked = time.monotonic() + 5, 0
    while True:
        answer, asked = ask(), asked + 1
        if seen(answer):
            return answer
        assert time.monotonic() < until, f"still the old answer after {asked} requests: {answer.text}"


def refused(answer):
    return answer.status_code == 401


def blacklisted(answer):
    return answer.status_code in (401, 403) and answer.json()["detail"] == "Token is blacklisted."


def stored(django, sql, *values):
    database = sqlite3.connect(f"file:{django.database}?mode=ro", uri=True)
    try:
        return database.execute(sql, values).fetchall()
    finally:
        database.close()


def password_of(django, name):
    [(encoded,)] = stored(django, "SELECT password FROM auth_user WHERE username = ?", name)
    return encoded


# Users made by each log in at the other


def test_users_of_django_log_in_here(pair, name):
    django, beside = pair
    django.create_user(name, email="d@example.com")
    assert beside.knows(beside.login(name)) == name
    django.shell(f"user = User(username='{name}-2')\nuser.set_password({PASSWORD!r})\nuser.save()\n")
    assert beside.knows(beside.login(f"{name}-2")) == f"{name}-2"


def test_a_user_of_ours_logs_in_at_django(pair, name):
    """With a hash that any Django reads, made as costly as the costliest that is there."""
    django, beside = pair
    django.shell(
        "from django.contrib.auth.hashers import PBKDF2PasswordHasher as Hasher\n"
        f"User.objects.create(username='{name}-strong', password=Hasher().encode('x', 'salt', 300001))\n"
    )
    beside.add_user(name, PASSWORD, "--email", "o@example.com", "--staff")
    assert password_of(django, name).startswith("pbkdf2_sha256$300001$")
    assert django.knows(django.login(name)) == name
    assert django.shell(
        f"user = User.objects.get(username={name!r})\n"
        "print(json.dumps([user.email, user.is_staff, user.is_superuser, user.is_active]))\n"
    ) == ["o@example.com", True, False, True]
    assert django.ask_token(name, PASSWORD + "x").status_code == 400


def test_a_user_disabled_by_us_is_out_at_django(pair, name):
    django, beside = pair
    beside.add_user(name)
    token = django.login(name)
    beside.run("users", "disable", name)
    assert refused(django.whoami(token))
    assert django.ask_token(name).status_code == 400


# What Django changes is seen while we serve


@pytest.mark.parametrize("change", ["user.is_active = False", "user.save = user.delete"],
                         ids=["disabled", "deleted"])
def test_a_user_taken_away_by_django_is_out(pair, name, change):
    django, beside = pair
    django.create_user(name)
    token = beside.login(name)
    assert beside.knows(token) == name
    django.update(name, change)
    ask_until(lambda: beside.whoami(token), refused)
    assert beside.whoami(token).json() == django.whoami(token).json()
    for path, body in [("/api-token-auth/", {"username": name, "password": PASSWORD}),
                       ("/api-token-verify/", {"token": token}), ("/api-token-refresh/", {"token": token})]:
        ours, theirs = beside.post(path, body), django.post(path, body)
        assert (ours.status_code, ours.json()) == (theirs.status_code, theirs.json())
        assert ours.status_code == 400


def test_a_user_renamed_by_django(pair, name):
    """1.0.1 goes by the user_id, the later releases by the name; so do we, and so does Django."""
    django, beside = pair
    django.create_user(name)
    token = beside.login(name)
    assert beside.knows(token) == name
    django.update(name, "user.username += '-neu'")
    if beside.release == "1.0.1":
        ask_until(lambda: beside.whoami(token), lambda answer: answer.json() == {"user": f"{name}-neu"})
        assert django.knows(token) == f"{name}-neu"
    else:
        ask_until(lambda: beside.whoami(token), refused)
        assert beside.whoami(token).json() == django.whoami(token).json()
    assert beside.knows(beside.login(f"{name}-neu")) == f"{name}-neu"
    assert beside.ask_token(name).status_code == 400


def test_whoever_gets_an_old_name_does_not_get_its_tokens(pair, name):
    """Unlike 1.11.0 and drf-jwt, where the name alone decides (a known departure)."""
    django, beside = pair
    django.create_user(name)
    token = beside.login(name)
    django.update(name, f"user.username += '-neu'\nuser.save()\nuser = User(username={name!r})")
    if beside.release == "1.0.1":
        ask_until(lambda: beside.whoami(token), lambda answer: answer.json() == {"user": f"{name}-neu"})
    else:
        ask_until(lambda: beside.whoami(token), refused)
        assert django.knows(token) == name


def test_a_password_set_by_django(pair, name):
    django, beside = pair
    django.create_user(name)
    token = beside.login(name)
    django.update(name, f"user.set_password({NEW_PASSWORD!r})")
    ask_until(lambda: beside.ask_token(name), lambda answer: answer.status_code == 400)
    assert beside.knows(beside.login(name, NEW_PASSWORD)) == name
    assert beside.knows(token) == name  # as in every release


# Whose database it is


def schema(django):
    return stored(django, "SELECT * FROM sqlite_schema ORDER BY name"), stored(django, "PRAGMA journal_mode")


def users(django):
    return stored(django, "SELECT * FROM auth_user ORDER BY id")


def test_schema_and_journal_mode_stay_django_s(pair, migrated):
    django, beside = pair
    with sqlite3.connect(migrated() / "db.sqlite3") as fresh:
        tables = fresh.execute("SELECT * FROM sqlite_schema ORDER BY name").fetchall()
    assert schema(django) == (tables, [("delete",)])
    assert django.manage("check") == "System check identified no issues (0 silenced).\n"
    django.manage("makemigrations", "--check", "--dry-run")


MANY_USERS = """
from django.db import transaction
for at in range(150):
    User.objects.create_user(f"many-{at}", password="abc123")
with transaction.atomic():
    for at in range(150, 200):
        User.objects.create_user(f"many-{at}", password="abc123")
"""


def keep_using(beside, name, enough):
    """Logs in and uses the token until there is enough; how often that went well."""
    rounds = 0
    while not enough.is_set():
        answer = beside.ask_token(name)
        if answer.ok:
            answer = beside.whoami(answer.json()["token"])
        if answer.ok:
            rounds += 1
        else:
            assert answer.status_code == 503 and "Retry-After" in answer.headers, answer.text
    return rounds


def test_manage_py_writes_while_we_serve(make_pair):
    """And so does `restjwt users`."""
    django, beside = make_pair("1.11.0", hashers=FEW_ITERATIONS)
    for at in range(4):
        django.create_user(f"client-{at}")
    before, rows = schema(django), users(django)
    enough, ours = threading.Event(), 0
    with ThreadPoolExecutor() as pool:
        clients = [pool.submit(keep_using, beside, f"client-{at}", enough) for at in range(4)]
        writing = pool.submit(django.shell, MANY_USERS)
        try:
            while not writing.done():
                beside.add_user(f"ours-{ours}", PASSWORD)
                ours += 1
        finally:
            enough.set()
    writing.result()
    assert all(client.result() > 0 for client in clients)
    assert ours > 0

    names = {name for name, in stored(django, "SELECT username FROM auth_user")}
    assert {f"many-{at}" for at in range(200)} <= names
    assert {f"ours-{at}" for at in range(ours)} <= names
    assert users(django)[:4] == rows, "logins wrote"
    assert schema(django) == before
    assert stored(django, "PRAGMA integrity_check") == [("ok",)]
    django.manage("check")
    assert beside.knows(beside.login("many-199")) == "many-199"
    assert django.knows(django.login("ours-0")) == "ours-0"


def test_an_open_transaction_of_django_keeps_nobody_out(pair, name):
    django, beside = pair
    django.create_user(name)
    begin = "from django.db import transaction\nwith transaction.atomic():\n"
    rename = f"    User.objects.filter(username={name!r}).update(username='{name}-neu')\n"
    with django.held(begin + rename + "    hold()\n"):
        assert beside.knows(beside.login(name)) == name
    assert beside.ask_token(name).status_code == 400
    token = beside.login(f"{name}-neu")
    ask_until(lambda: beside.whoami(token), lambda answer: answer.json() == {"user": f"{name}-neu"})


def test_what_django_has_locked_is_503_until_it_is_free(pair, name):
    django, beside = pair
    django.create_user(name)
    lock = ("from django.db import connection\ncursor = connection.cursor()\n"
            "cursor.execute('BEGIN EXCLUSIVE')\nhold()\ncursor.execute('ROLLBACK')\n")
    with django.held(lock):
        answer = beside.ask_token(name)
        assert answer.status_code == 503 and "Retry-After" in answer.headers
    assert beside.knows(beside.login(name)) == name


HASHED = """
from django.contrib.auth.hashers import PBKDF2PasswordHasher, PBKDF2SHA1PasswordHasher
for name, hasher, count in [("weak", PBKDF2PasswordHasher, 1000), ("sha1", PBKDF2SHA1PasswordHasher, 1000),
                            ("strong", PBKDF2PasswordHasher, 5000)]:
    User.objects.create(username=name, password=hasher().encode("abc123", "0123456789abcdefABCDEF", count))
"""


def test_a_login_rewrites_no_hash(make_pair):
    django, beside = make_pair("1.11.0")
    django.shell(HASHED)
    before = users(django)
    for name in ("weak", "sha1", "strong"):
        beside.login(name)
    assert users(django) == before


def test_a_login_rewrites_upwards_where_that_is_allowed(make_pair):
    """To the highest count in the table when we started; and Django takes what we wrote."""
    hashers = ["django.contrib.auth.hashers.PBKDF2PasswordHasher",
               "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher"]
    django, beside = make_pair("1.11.0", users='write = "upgrades"', hashers=hashers)
    django.shell(HASHED)
    strong = password_of(django, "strong")
    beside.stop()
    beside.start()
    before = users(django)
    for name in ("weak", "sha1", "strong"):
        beside.login(name)
    assert password_of(django, "strong") == strong
    for name in ("weak", "sha1"):
        assert password_of(django, name).startswith("pbkdf2_sha256$5000$")
    columns = stored(django, "SELECT * FROM pragma_table_info('auth_user')")
    at = [column[1] for column in columns].index("password")
    assert [row[:at] + row[at + 1:] for row in users(django)] == [row[:at] + row[at + 1:] for row in before]
    for name in ("weak", "sha1", "strong"):
        assert django.knows(django.login(name)) == name


# Tokens are good in both directions


def decoded(token, key, algorithm="HS256", audience=None, issuer=None):
    """Header and claims, checked as the packages check them."""
    claims = jwt.decode(token, key, algorithms=[algorithm], options={"verify_signature": True},
                        audience=audience, issuer=issuer, leeway=0)
    return jwt.get_unverified_header(token), claims


def assert_both_ways(django, beside, name, refreshable=True):
    """Each takes the other's token on every door; the two tokens, Django's first."""
    theirs, ours = django.login(name), beside.login(name)
    for here, there, token in [(beside, django, theirs), (django, beside, ours)]:
        assert here.knows(token) == name
        assert here.verify(token) == token
        if refreshable:
            fresh = here.refresh(token)
            assert there.knows(fresh) == name
            assert here.knows(there.refresh(fresh)) == name
    return theirs, ours


def comparable(claims):
    """Instants and ids are each token's own."""
    own = ("exp", "iat", "orig_iat", "jti", "orig_jti")
    return {name: type(value) if name in own else value for name, value in claims.items()}


def test_tokens_both_ways(pair, name):
    django, beside = pair
    django.create_user(name, email="t@example.com")
    theirs, ours = assert_both_ways(django, beside, name)
    (their_header, their_claims), (header, claims) = (decoded(t, django.secret) for t in (theirs, ours))
    assert header == their_header == {"alg": "HS256", "typ": "JWT"}
    assert comparable(claims) == comparable(their_claims)
    assert claims["exp"] - claims["orig_iat"] == 300
    for token in (theirs, ours):
        answers = [site.post("/api-token-verify/", {"token": token}) for site in (beside, django)]
        assert answers[0].text == answers[1].text
    if beside.release != "1.0.1":  # there the order had no meaning
        assert list(claims) == list(their_claims)


def test_a_chain_of_refreshes_across_both_keeps_its_beginning(pair, name):
    django, beside = pair
    django.create_user(name)
    first = django.login(name)
    last = beside.refresh(django.refresh(beside.refresh(first)))
    begun, ended = decoded(first, django.secret)[1], decoded(last, django.secret)[1]
    assert ended["orig_iat"] == begun["orig_iat"]
    assert ended.get("orig_jti") == begun.get("jti")


def test_another_secret_is_refused_alike(pair, name):
    django, beside = pair
    django.create_user(name)
    claims = decoded(django.login(name), django.secret)[1]
    forged = jwt.encode(claims, "x" + django.secret, "HS256")
    assert refused(beside.whoami(forged)) and refused(django.whoami(forged))
    assert beside.whoami(forged).json() == django.whoami(forged).json()
    assert (beside.whoami(forged).headers["WWW-Authenticate"]
            == django.whoami(forged).headers["WWW-Authenticate"] == f'{beside.prefix} realm="api"')


@pytest.mark.parametrize("release", LATER)
def test_audience_and_issuer(make_pair, release):
    django, beside = make_pair(release, REFRESHABLE | {"JWT_AUDIENCE": "shop", "JWT_ISSUER": "example"})
    django.create_user("ann")
    for token in assert_both_ways(django, beside, "ann"):
        claims = decoded(token, django.secret, audience="shop", issuer="example")[1]
        assert (claims["aud"], claims["iss"]) == ("shop", "example")
    for other in ({"aud": "bank"}, {"iss": "elsewhere"}):
        foreign = jwt.encode(claims | other, django.secret, "HS256")
        assert refused(beside.whoami(foreign)) and refused(django.whoami(foreign))
        assert beside.whoami(foreign).json() == django.whoami(foreign).json()


def test_rsa_with_a_list_of_public_keys(make_pair):
    key, second = ((KEYS / name).read_text() for name in ("rsa.pem", "rsa2.pem"))
    public, second_public = ((KEYS / name).read_text() for name in ("rsa.pub", "rsa2.pub"))
    django, beside = make_pair("drf-jwt", {
        "JWT_ALGORITHM": "RS256", "JWT_PRIVATE_KEY": key, "JWT_PUBLIC_KEY": [second_public, public],
    })
    django.create_user("ann")
    for token in assert_both_ways(django, beside, "ann"):
        header, claims = decoded(token, public, "RS256")
        assert header == {"alg": "RS256", "typ": "JWT"}
    of_the_other_key = jwt.encode(claims, second, "RS256")
    assert beside.knows(of_the_other_key) == django.knows(of_the_other_key) == "ann"
    with_the_secret = jwt.encode(claims, django.secret, "HS256")
    assert refused(beside.whoami(with_the_secret)) and refused(django.whoami(with_the_secret))


@pytest.mark.parametrize("insist", [False, True], ids=["may be absent", "insisted on"])
def test_secrets_with_a_kid(make_pair, insist):
    secrets = {"2026-b": "b" * 8 + "-secret-of-the-newer-key-0123456789",
               "2025-a": "a" * 8 + "-secret-of-the-older-key-0123456789"}
    django, beside = make_pair("drf-jwt", {"JWT_SECRET_KEY": secrets, "JWT_INSIST_ON_KID": insist})
    django.create_user("ann")
    for token in assert_both_ways(django, beside, "ann"):
        header, claims = decoded(token, secrets["2026-b"])
        assert header == {"alg": "HS256", "kid": "2026-b", "typ": "JWT"}
    of_the_older = jwt.encode(claims, secrets["2025-a"], "HS256", headers={"kid": "2025-a"})
    assert beside.knows(of_the_older) == django.knows(of_the_older) == "ann"
    without_kid = jwt.encode(claims, secrets["2025-a"], "HS256")
    assert refused(beside.whoami(without_kid)) == refused(django.whoami(without_kid)) == insist
    unknown = jwt.encode(claims, secrets["2025-a"], "HS256", headers={"kid": "2024"})
    assert refused(beside.whoami(unknown)) and refused(django.whoami(unknown))


@pytest.mark.parametrize("release", LATER)
def test_a_secret_of_each_user_s_own(make_pair, release):
    """Django changes it, and that user's tokens end here too; nobody else's do."""
    django, beside = make_pair(
        release, REFRESHABLE | {"JWT_GET_USER_SECRET_KEY": "by_uuid.models.jwt_secret_of"},
        "by_uuid.UuidUser", ours={"JWT_GET_USER_SECRET_KEY": {"column": "jwt_secret"}},
    )
    key = django.create_user("ann")
    django.create_user("bob")
    token = assert_both_ways(django, beside, "ann")[1]
    bystander = beside.login("bob")
    secret = django.shell("print(json.dumps(str(User.objects.get(login='ann').jwt_secret)))")
    assert decoded(token, secret)[1]["user_id"] == key
    django.update("ann", "import uuid\nuser.jwt_secret = uuid.uuid4()")
    ask_until(lambda: beside.whoami(token), refused)
    assert beside.whoami(token).json() == django.whoami(token).json()
    assert beside.knows(bystander) == "bob"
    assert_both_ways(django, beside, "ann")


# Sessions, where somebody has asked for them


@pytest.mark.parametrize("release", ["1.0.1", "drf-jwt"])
def test_after_database_migrate_a_login_can_be_ended(make_pair, release):
    django, beside = make_pair(release)
    for person in ("ann", "bob"):
        django.create_user(person)
    assert beside.run("users", "logout", "ann", check=False).returncode == 1
    assert beside.stop() == 0
    tables, mode = schema(django)
    assert "migrated the schema" in beside.run("database", "migrate")
    theirs = [row for row in schema(django)[0] if "restjwt" not in row[1]]
    assert (theirs, schema(django)[1]) == (tables, mode)
    assert django.manage("check") == "System check identified no issues (0 silenced).\n"
    django.manage("makemigrations", "--check", "--dry-run")
    beside.start()
    assert_both_ways(django, beside, "ann")

    token, bystander = beside.login("ann"), beside.login("bob")
    assert beside.knows(token) == "ann"
    beside.run("users", "logout", "ann")
    ask_until(lambda: beside.whoami(token), blacklisted)
    # Django's own change of a password ends what Django let in, too.
    time.sleep(1.1)  # a session of its own begins in another second
    theirs = django.login("ann")
    assert beside.knows(theirs) == "ann"
    django.update("ann", f"user.set_password({NEW_PASSWORD!r})")
    ask_until(lambda: beside.whoami(theirs), blacklisted)
    assert beside.knows(bystander) == "bob"
    assert beside.knows(beside.login("ann", NEW_PASSWORD)) == "ann"
    assert django.knows(django.login("ann", NEW_PASSWORD)) == "ann"


# Custom user models


@pytest.mark.parametrize("release, user_model, person", [
    ("1.0.1", "by_email.EmailUser", "ann@example.com"),
    ("1.11.0", "by_email.EmailUser", "ann@example.com"),
    ("drf-jwt", "by_email.EmailUser", "ann@example.com"),
    ("1.11.0", "by_uuid.UuidUser", "ann"),
    ("drf-jwt", "by_uuid.UuidUser", "ann"),
])
def test_a_custom_user_model(make_pair, release, user_model, person):
    django, beside = make_pair(release, user_model=user_model)
    key = django.create_user(person)
    theirs, ours = assert_both_ways(django, beside, person)
    their_claims, claims = (decoded(token, django.secret)[1] for token in (theirs, ours))
    assert comparable(claims) == comparable(their_claims)
    assert str(claims["user_id"]) == key and claims["username"] == person

    field = USERNAME_FIELDS[user_model]
    for body in ({}, {"username": person, "password": PASSWORD}, {field: person, "password": "wrong"}):
        answer, their_answer = (site.post("/api-token-auth/", body) for site in (beside, django))
        assert (answer.status_code, answer.json()) == (their_answer.status_code, their_answer.json())
    assert list(beside.post("/api-token-auth/", {"password": PASSWORD}).json()) == [field]

    django.update(person, "user.is_active = False")
    ask_until(lambda: beside.whoami(ours), refused)


def test_a_user_of_ours_in_a_custom_table(make_pair):
    django, beside = make_pair("1.11.0", user_model="by_email.EmailUser")
    beside.add_user("ann@example.com")
    assert_both_ways(django, beside, "ann@example.com")


# Cookies, impersonation


@pytest.mark.parametrize("release", LATER)
def test_a_cookie_of_either_lets_in_at_both(make_pair, release):
    django, beside = make_pair(release, REFRESHABLE | {"JWT_AUTH_COOKIE": "session_token"})
    django.create_user("ann")
    for issuer in (beside, django):
        token = issuer.ask_token("ann").cookies["session_token"]
        for site in (beside, django):  # sent by hand: on plain HTTP a Secure cookie would stay at home
            jar = {"session_token": token}
            answer = requests.get(site.url + "/protected-url/", cookies=jar, timeout=60)
            assert (answer.status_code, answer.json()) == (200, {"user": "ann"})
            jar = {"session_token": token[:-2]}
            assert refused(requests.get(site.url + "/protected-url/", cookies=jar, timeout=60))


def test_impersonation_by_a_superuser_of_django(make_pair):
    django, beside = make_pair("drf-jwt", {"JWT_IMPERSONATION_COOKIE": "as_somebody"})
    key = int(django.create_user("ann"))
    django.create_user("root", is_superuser=True, is_staff=True)

    def impersonate(site, by):
        header = {"Authorization": f"Bearer {site.login(by)}"}
        return site.post("/api-token-impersonate/", {"user": key}, headers=header)

    answers = [impersonate(site, "root") for site in (beside, django)]
    for answer in answers:
        assert (answer.status_code, list(answer.json())) == (201, ["token"])
        assert beside.knows(answer.json()["token"]) == django.knows(answer.json()["token"]) == "ann"
    refusal, their_refusal = (impersonate(site, "ann") for site in (beside, django))
    assert refusal.status_code == their_refusal.status_code == 403
    assert refusal.json() == their_refusal.json()

    events = lines_of_log(beside, "impersonation")
    assert len(events) == 1
    assert "root" in str(events[0]) and "ann" in str(events[0])
    for site in (beside, django):
        for answer in answers:
            jar = {"as_somebody": answer.cookies["as_somebody"]}
            used = requests.get(site.url + "/protected-url/", cookies=jar, timeout=60)
            assert used.json() == {"user": "ann"}
    assert len(lines_of_log(beside, "impersonation_used")) == 2


def lines_of_log(beside, event):
    lines = [json.loads(line) for line in beside.log_text().splitlines()]
    return [line for line in lines if event in line.values()]
