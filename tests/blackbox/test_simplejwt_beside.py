"""A real Django with djangorestframework-simplejwt, and restjwt, on one SQLite file and with one secret: each
takes the other's tokens."""

import contextlib
import shutil
import time

import jwt
import pytest

from checkout import REPOSITORY
from pairs_site import PairsBeside, PairsProject, start_pairs_project
from program import PASSWORD, TOKEN

KEYS = REPOSITORY / "tests/data/keys"
ROTATIONS = {
    "not rotating": {},
    "rotating": {"ROTATE_REFRESH_TOKENS": "True"},
    "rotating and blacklisting": {"ROTATE_REFRESH_TOKENS": "True", "BLACKLIST_AFTER_ROTATION": "True"},
}
SLIDING = {"AUTH_TOKEN_CLASSES": "['rest_framework_simplejwt.tokens.SlidingToken']"}
LONG_SECRET = "a-secret-of-sixty-four-bytes-and-some-more-0123456789-0123456789-0123456789"
SESSION = ("orig_iat", "orig_jti")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """A project to copy, and its users."""
    project = start_pairs_project(tmp_path_factory.mktemp("migrated"))
    project.create_user("ann")
    project.create_user("bob")
    project.create_user("gone", is_active=False)
    return project.folder


@pytest.fixture
def make_pair(migrated, tmp_path_factory):
    """Makes (Django, restjwt), both serving."""
    with contextlib.ExitStack() as ends:

        def make(simple_jwt={}, ours=""):
            django = PairsProject(tmp_path_factory.mktemp("django"), migrated)
            ends.callback(shutil.rmtree, django.folder)
            ends.callback(django.stop)
            django.configure(simple_jwt)
            beside = PairsBeside(tmp_path_factory.mktemp("beside"), django, simple_jwt, ours)
            ends.callback(assert_clean_end, beside)
            return django.start(), beside.start()

        yield make


def assert_clean_end(beside):
    code, log = beside.stop(), beside.log_text()
    assert code in (0, None), f"exit code {code}: {log[-2000:]}"
    assert not TOKEN.search(log), "the log holds a token"
    assert PASSWORD not in log and beside.secret not in log, "the log holds a secret"


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def comparable(token):
    """Instants and ids are each token's own; ours names its session, too."""
    own = ("exp", "iat", "jti", "refresh_exp")
    return {name: type(value) if name in own else value
            for name, value in claims_of(token).items() if name not in SESSION}


def ask_until(ask, seen):
    """restjwt promises a second; the bound is generous because the machine may be busy."""
    until = time.monotonic() + 10
    while not seen(answer := ask()):
        assert time.monotonic() < until, f"still the old answer: {answer.text}"
        time.sleep(0.05)
    return answer


def refused(answer):
    return answer.status_code == 401


@pytest.mark.parametrize("settings", ROTATIONS.values(), ids=ROTATIONS)
def test_pairs_both_ways(make_pair, settings):
    django, beside = make_pair(settings)
    pairs = [site.log_in_for_pair("ann") for site in (django, beside)]
    for member in ("access", "refresh"):
        theirs, ours = (comparable(pair[member]) for pair in pairs)
        assert ours == theirs
    for here, there, pair in [(beside, django, pairs[0]), (django, beside, pairs[1])]:
        assert here.knows(pair["access"]) == "ann"
        for member in ("access", "refresh"):
            assert here.tell("verify/", {"token": pair[member]}) == {}
        fresh = here.exchange(pair["refresh"])
        assert set(fresh) == ({"access", "refresh"} if settings else {"access"})
        assert here.knows(fresh["access"]) == there.knows(fresh["access"]) == "ann"
        if settings:
            again = there.exchange(fresh["refresh"])
            assert here.knows(again["access"]) == "ann"


def test_a_chain_of_refreshes_across_both_stays_one_session(make_pair):
    django, beside = make_pair(ROTATIONS["rotating"])
    pair = beside.log_in_for_pair("ann")
    first = claims_of(pair["refresh"])
    assert first["orig_jti"] == first["jti"]
    for site in (django, beside, django, beside):
        time.sleep(1.1)  # that Django's child is younger than ours is told by its second
        pair = site.exchange(pair["refresh"])
        for token in pair.values():
            assert [claims_of(token)[name] for name in SESSION] == [first[name] for name in SESSION]
    # What Django has made of it ends here with it.
    last = django.exchange(pair["refresh"])
    assert beside.tell("blacklist/", {"refresh": pair["refresh"]}) == {}
    for token in (pair["access"], last["access"]):
        assert refused(beside.show(f"Bearer {token}"))
    assert refused(beside.ask("refresh/", {"refresh": last["refresh"]}))


def test_a_retry_gives_the_same_child_and_later_reuse_ends_the_session(make_pair):
    django, beside = make_pair(ROTATIONS["rotating"], ours='REFRESH_REUSE_INTERVAL = "30s"')
    pair = django.log_in_for_pair("ann")
    child = beside.exchange(pair["refresh"])
    assert beside.exchange(pair["refresh"]) == child
    grandchild = beside.exchange(child["refresh"])
    answer = beside.ask("refresh/", {"refresh": pair["refresh"]})
    assert (answer.status_code, answer.json()) == (
        401, {"detail": "Token is blacklisted", "code": "token_not_valid"})
    for token in (child["access"], grandchild["access"]):
        assert refused(beside.show(f"Bearer {token}"))
    assert refused(beside.ask("refresh/", {"refresh": grandchild["refresh"]}))


def test_sliding_tokens_both_ways(make_pair):
    django, beside = make_pair(SLIDING)
    theirs, ours = (site.log_in_for_pair("ann")["token"] for site in (django, beside))
    assert comparable(ours) == comparable(theirs)
    for here, there, token in [(beside, django, theirs), (django, beside, ours)]:
        assert here.knows(token) == "ann"
        assert here.tell("verify/", {"token": token}) == {}
        fresh = here.tell("refresh/", {"token": token})["token"]
        assert here.knows(fresh) == there.knows(fresh) == "ann"
        assert claims_of(fresh)["refresh_exp"] == claims_of(token)["refresh_exp"]


@pytest.mark.parametrize("settings", [
    {"AUDIENCE": "'shop'", "ISSUER": "'example'"},
    {"ALGORITHM": "'HS512'", "SIGNING_KEY": repr(LONG_SECRET)},
    {"ALGORITHM": "'RS256'", "SIGNING_KEY": repr((KEYS / "rsa.pem").read_text()),
     "VERIFYING_KEY": repr((KEYS / "rsa.pub").read_text())},
    {"USER_ID_CLAIM": "'uid'", "TOKEN_TYPE_CLAIM": "'kind'", "JTI_CLAIM": "'id'"},
    {"ACCESS_TOKEN_LIFETIME": "timedelta(seconds=77)", "LEEWAY": "3"},
], ids=["audience and issuer", "HS512", "RS256", "claims", "lifetimes"])
def test_settings(make_pair, settings):
    django, beside = make_pair(settings)
    pairs = [site.log_in_for_pair("ann") for site in (django, beside)]
    for here, there, pair in [(beside, django, pairs[0]), (django, beside, pairs[1])]:
        assert here.knows(pair["access"]) == "ann"
        assert there.knows(here.exchange(pair["refresh"])["access"]) == "ann"
    theirs, ours = (claims_of(pair["access"]) for pair in pairs)
    assert set(ours) - set(theirs) == set(SESSION)
    assert ours["exp"] - ours["iat"] == theirs["exp"] - theirs["iat"]


def test_answers_are_alike(make_pair):
    django, beside = make_pair()
    pair, old = django.log_in_for_pair("ann"), {"exp": 1_000_000_000}
    expired, forged = (jwt.encode(claims_of(pair["access"]) | more, key, "HS256")
                       for more, key in ((old, django.secret), ({}, "x" + django.secret)))
    for path, body in [
        ("", {"username": "ann", "password": "wrong"}), ("", {"username": "nobody", "password": PASSWORD}),
        ("", {"username": "gone", "password": PASSWORD}), ("", {}), ("", []),
        ("refresh/", {}), ("refresh/", {"refresh": "garbage"}), ("refresh/", {"refresh": pair["access"]}),
        ("verify/", {"token": expired}), ("verify/", {"token": forged}), ("blacklist/", {"refresh": pair["access"]}),
    ]:
        theirs, ours = (site.ask(path, body) for site in (django, beside))
        assert (ours.status_code, ours.json()) == (theirs.status_code, theirs.json()), (path, body)
        assert ours.headers.get("WWW-Authenticate") == theirs.headers.get("WWW-Authenticate")
    for token in (pair["refresh"], expired, forged, "garbage"):
        theirs, ours = (site.show(f"Bearer {token}") for site in (django, beside))
        assert refused(theirs) and (ours.status_code, ours.json()) == (theirs.status_code, theirs.json())


def test_a_refresh_token_lets_nobody_in_under_any_scheme(make_pair):
    django, beside = make_pair()
    refresh = django.log_in_for_pair("ann")["refresh"]
    for scheme in ("JWT", "jwt", "Bearer", "bearer"):
        assert refused(beside.show(f"{scheme} {refresh}"))
    for path in ("/api-token-verify/", "/api-token-refresh/"):
        assert beside.post(path, {"token": refresh}).status_code == 400


def test_both_styles_at_one_route(make_pair):
    _, beside = make_pair()
    assert beside.show(f"JWT {beside.login('ann')}").json() == {"user": "ann"}
    assert beside.show(f"Bearer {beside.log_in_for_pair('ann')['access']}").json() == {"user": "ann"}


def test_users_made_by_either(make_pair):
    django, beside = make_pair()
    django.create_user("theirs")
    beside.add_user("ours")
    for name in ("theirs", "ours"):
        assert beside.knows(django.log_in_for_pair(name)["access"]) == name
        assert django.knows(beside.log_in_for_pair(name)["access"]) == name


@pytest.mark.parametrize("change, detail", [
    ("user.is_active = False", "User is inactive"),
    ("user.save = user.delete", "User not found"),
    ("user.set_password('xyz789-neu')", "Token is blacklisted"),
], ids=["disabled", "deleted", "another password"])
def test_what_django_changes_ends_pairs(make_pair, change, detail):
    django, beside = make_pair(ROTATIONS["rotating"])
    pair, bystander = beside.log_in_for_pair("ann"), beside.log_in_for_pair("bob")
    assert beside.knows(pair["access"]) == "ann"
    django.update("ann", change)
    ask_until(lambda: beside.show(f"Bearer {pair['access']}"), refused)
    answer = beside.ask("refresh/", {"refresh": pair["refresh"]})
    assert (answer.status_code, answer.json()["detail"]) == (401, detail)
    assert beside.knows(beside.exchange(bystander["refresh"])["access"]) == "bob"
