"""Refresh tokens that work once, raced for and under kill -9: the short forms of drills/refresh_race.py and
drills/kill9_rotation.py, which say what must hold; and what they found."""

import sys

import jwt
import pytest

from checkout import REPOSITORY
from program import PASSWORD

sys.path.insert(0, str(REPOSITORY / "drills"))
import kill9_rotation  # noqa: E402
import refresh_race  # noqa: E402


@pytest.mark.parametrize("interval", [10, 0])
def test_fifty_at_once_get_one_child(make_site, database, interval):
    race = refresh_race.Race(refresh_race.start_racers(make_site, database, interval), interval).run(rounds=10)
    assert not race.violations, race.examples
    assert sum(race.successes.values()) == 10
    assert refresh_race.records_of_reuse(database) == (0 if interval else 10)


def test_a_token_ahead_of_the_clock_works_once_too(make_site, database):
    """Beside Django, which may have refreshed. Who logs in right after leaving everywhere begins in the next second,
    and so does every token of that session."""
    node, _ = refresh_race.start_racers(make_site, database, interval=10)

    def log_in():
        answer = node.post("/api/token/", {"username": "racer", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def exchange(token):
        answer = node.post("/api/token/refresh/", {"refresh": token})
        return answer.json()["refresh"] if answer.status_code == 200 else answer.status_code

    header = {"Authorization": f"Bearer {log_in()['access']}"}
    left = node.post("/auth/logout", {"scope": "all"}, headers=header)
    assert left.status_code == 200, left.text
    first = log_in()["refresh"]
    second = exchange(first)
    third = exchange(second)
    issued = [jwt.decode(token, options={"verify_signature": False})["iat"] for token in (first, second, third)]
    assert issued == sorted(issued)
    assert exchange(first) == 401
    assert exchange(third) == 401
    assert refresh_race.records_of_reuse(database) == 1


def drilled(make_site, database, interval, rotations=60):
    drill = kill9_rotation.Drill(kill9_rotation.start(make_site, database, interval), seed=6)
    drill.run(kills=6, rotations=rotations)
    return drill.judge(refresh_race.records_of_reuse(database))


def test_what_was_exchanged_outlives_kill_9_at_any_moment(make_site, database):
    figures, violations = drilled(make_site, database, kill9_rotation.INTERVAL)
    assert violations == []
    assert figures["kills"] >= 6 and figures["rotations"] >= 60


def test_servers_that_answer_no_retry_are_found_out(make_site, database):
    """The drill can fail."""
    _, violations = drilled(make_site, database, interval=0, rotations=200)
    assert "I5" in {invariant for invariant, _ in violations}


LOGIN = ("login", "", 200, "a")
A_TO_B = ("refresh", "a", 200, "b")
B_TO_C = ("refresh", "b", 200, "c")
LOST = ("refresh", "a", None)


@pytest.mark.parametrize(
    "attempts, broken",
    [
        ([A_TO_B, A_TO_B, B_TO_C, ("refresh", "a", 401), ("refresh", "c", 401), ("show", "x", 401)], []),
        ([LOST, A_TO_B, ("logout", "b", None), ("logout", "b", 401), ("refresh", "b", 401)], []),
        ([("refresh", "a", 503), A_TO_B], []),
        ([A_TO_B, ("refresh", "a", 200, "c")], ["I1"]),
        ([A_TO_B, ("refresh", "b", 200, "a")], ["I1"]),
        ([A_TO_B, ("refresh", "b", 401)], ["I2"]),
        ([("show", "x", 401)], ["I2"]),
        ([("logout", "a", 401)], ["I2"]),
        ([("logout", "a", 200), A_TO_B], ["I3"]),
        ([("logout", "a", 200), ("show", "x", 200)], ["I3"]),
        ([A_TO_B, B_TO_C, ("refresh", "a", 200, "d")], ["I4"]),
        ([A_TO_B, B_TO_C, ("refresh", "a", 401), ("refresh", "c", 200, "d")], ["I4"]),
        ([LOST, ("refresh", "a", 401)], ["I5"]),
        ([A_TO_B, ("refresh", "a", 401)], ["I5"]),
        ([("refresh", "a", 500)], ["I5"]),
    ],
)
def test_the_journal_tells_what_was_broken(attempts, broken):
    judge = kill9_rotation.Judge()
    for moment, (kind, token, answer, *child) in enumerate([LOGIN, *attempts]):
        judge.read(kill9_rotation.Line(kind, 1, token, moment, moment + 0.5, answer, *child))
    assert [invariant for invariant, _ in judge.violations] == broken


def test_the_journal_knows_when_a_retry_came_too_late():
    judge = kill9_rotation.Judge()
    for moment, (kind, token, answer, *child) in [(0, LOGIN), (1, LOST), (12, ("refresh", "a", 401))]:
        judge.read(kill9_rotation.Line(kind, 1, token, moment, moment + 0.5, answer, *child))
    assert judge.violations == [] and judge.figures["late"] == 1
