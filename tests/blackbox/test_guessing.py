"""A door that cannot be guessed open, and that no stranger can shut."""

import concurrent.futures
import json
import sys

import pytest
import requests

from checkout import REPOSITORY
from program import PASSWORD

sys.path.insert(0, str(REPOSITORY / "drills"))
import guessing  # noqa: E402

# As HAProxy or nginx on this machine would say who asks.
TRUSTING = 'trusted_proxies = ["127.0.0.1"]'
STRANGER = "198.51.100.7"
HOME = "192.0.2.1"
ADDRESSES = [f"203.0.113.{i}" for i in range(1, 255)]


def log_in(site, name, password, address=STRANGER, **headers):
    headers["X-Forwarded-For"] = address
    return requests.post(
        site.url + "/api-token-auth/", json={"username": name, "password": password},
        headers=headers, timeout=120,
    )


def guess(site, name, address=STRANGER, **headers):
    return log_in(site, name, "wrong", address, **headers).status_code


def together(calls):
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return [one.result() for one in [pool.submit(call) for call in calls]]


def everything_but_the_time(answer):
    told = {k: v for k, v in answer.headers.items() if k not in ("Date", "X-Request-Id")}
    return answer.status_code, told, answer.content


def banned(site, name):
    """The first answer that is 429."""
    while (answer := log_in(site, name, "wrong")).status_code != 429:
        pass
    return answer


@pytest.fixture
def site(make_site, database):
    site = make_site(database=database.url, top=TRUSTING)
    site.add_user("admin")
    return site.start()


def test_the_sixth_guess_is_429_and_even_the_right_password_is(site):
    assert [guess(site, "admin") for _ in range(6)] == [400] * 5 + [429]
    refused = log_in(site, "admin", PASSWORD, ADDRESSES[0])
    assert refused.status_code == 429
    assert 895 <= int(refused.headers["Retry-After"]) <= 900
    assert "throttled" in refused.json()["detail"]


def test_who_has_no_account_is_answered_the_same_to_the_last_byte(site):
    # By each spelling too: an answer that differs would tell that one of them is a user.
    order = [0, 1, 0, 2, 3, 4, 0, 1, 0, 2, 0, 1, 0, 3, 1, 1, 4]

    def transcript(spellings, addresses):
        answers = [log_in(site, spellings[i], "wrong", next(addresses)) for i in order]
        # Of a refusal all but how long it lasts.
        return [
            (a.status_code, a.headers["Allow"], a.headers["Vary"], a.text.split(" available in ")[0])
            for a in answers
        ]

    addresses = iter(ADDRESSES)
    known = transcript(["admin", "Admin", "ADMIN", "admin.", "\uff41dmin"], addresses)
    unknown = transcript(["nimda", "Nimda", "NIMDA", "nimda.", "\uff4eimda"], addresses)
    assert known == unknown
    assert [status for status, *_ in known].count(429) > 0
    # Bans that began in different seconds last differently; once they are told alike.
    one = other = None
    while one is None or one.headers["Retry-After"] != other.headers["Retry-After"]:
        site.run("bans", "lift", "--all")
        one, other = [banned(site, name) for name in ("admin", "nimda")]
    assert everything_but_the_time(one) == everything_but_the_time(other)


def test_other_spellings_of_a_name_are_no_more_tries(site):
    for spelling in ("Admin", "ADMIN", "\uff41dmin", "aDMIN"):
        assert log_in(site, spelling, PASSWORD).status_code == 400
    assert [guess(site, "admin") for _ in range(6)] == [400] * 5 + [429]


def test_what_a_client_says_of_itself_changes_nothing(make_site):
    site = make_site(top="")  # nobody is trusted
    site.add_user("admin")
    site.start()
    statuses = [
        guess(site, "admin", address, **{"X-Real-IP": address, "Forwarded": f"for={address}"})
        for address in ADDRESSES[:6]
    ]
    assert statuses == [400] * 5 + [429]


def test_a_client_cannot_invent_who_it_is_behind_a_trusted_proxy(site):
    """The proxy adds the address it sees at the right."""
    statuses = [guess(site, f"user{i}", f"{ADDRESSES[i]}, {STRANGER}") for i in range(21)]
    assert statuses == [400] * 20 + [429]


def test_ten_parallel_logins_of_one_user_succeed(site):
    for _ in range(4):
        guess(site, "admin")
    answers = together([lambda: log_in(site, "admin", PASSWORD, HOME)] * 10)
    assert [answer.status_code for answer in answers] == [200] * 10


def test_parallel_guesses_reach_a_hash_at_most_as_often_as_the_limit_and_the_threads(make_site, database):
    threads = 2
    site = make_site(
        database=database.url, top=TRUSTING,
        jwt_auth=f"[server]\nhashing_threads = {threads}\nhashing_queue = 200",
    )
    site.add_user("admin")
    site.start()
    calls = [lambda address=address: guess(site, "admin", address) for address in ADDRESSES[:100]]
    statuses = together(calls)
    assert set(statuses) == {400, 429}
    hashed = statuses.count(400)
    assert 5 <= hashed <= 5 + threads - 1
    # What the store counted is what was answered.
    assert database.execute("SELECT failures FROM restjwt_throttle WHERE account = 'user:1'") == [str(hashed)]
    site.stop()
    events = [json.loads(line) for line in site.run("audit", "list").splitlines()]
    assert [event["event"] for event in events].count("banned") == 1


def test_a_stranger_cannot_lock_out_a_user(site):
    token = log_in(site, "admin", PASSWORD, HOME).json()["token"]
    banned(site, "admin")
    assert log_in(site, "admin", PASSWORD, HOME).status_code == 200
    assert site.whoami(token).status_code == 200
    assert site.post("/api-token-refresh/", {"token": token}).status_code == 200
    assert log_in(site, "admin", PASSWORD, STRANGER).status_code == 429


def test_a_ban_can_be_seen_and_lifted_while_the_server_runs(site):
    banned(site, "admin")
    kind, user, address, until, failures = site.run("bans", "list").strip().split("\t")
    assert (kind, user, address, failures) == ("user", "admin", "-", "5")
    assert site.run("bans", "lift", "admin") == "1 ban lifted\n"
    assert log_in(site, "admin", PASSWORD).status_code == 200
    lifted = json.loads(site.run("audit", "list").splitlines()[-2])
    assert (lifted["event"], lifted["user"], lifted["by"]) == ("ban_lifted", "admin", "restjwt bans")


def test_bans_outlive_a_restart(site):
    banned(site, "admin")
    site.stop()
    site.start()
    assert guess(site, "admin") == 429


def test_a_name_that_nobody_has_is_not_kept(site, database):
    typed = "Tr0ub4dor-a-password-in-the-wrong-field"
    banned(site, typed)
    site.stop()
    assert typed.encode() not in database.dump()
    assert typed not in site.log_text()
    assert site.run("bans", "list").startswith("unknown name\t-\t-\t")


def test_two_servers_on_one_database_count_together(make_site, postgres):
    database = postgres.new_database()
    one = make_site(database=database.url, top=TRUSTING)
    other = make_site(database=database.url, top=TRUSTING, secret=one.secret)
    one.run("database", "migrate")
    one.add_user("admin")
    one.start(), other.start()
    assert [guess(one, "admin") for _ in range(3)] == [400] * 3
    assert [guess(other, "admin") for _ in range(3)] == [400, 400, 429]
    assert guess(one, "admin") == 429
    assert one.run("bans", "lift", "--all") == "1 ban lifted\n"
    assert log_in(other, "admin", PASSWORD).status_code == 200


def test_the_drill_in_short(make_site, database):
    site = make_site(database=database.url, top=TRUSTING, jwt_auth=guessing.SETTINGS)
    for name in ("ada", "bob"):
        site.add_user(name)
    site.start()
    rows, wrong = guessing.drill(site, "here", seconds=2, threads=8)
    assert wrong == []
    assert len(rows) == 5 * 3
