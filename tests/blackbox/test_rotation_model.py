"""Rotation at two servers beside its model: the short form of drills/rotation.py, which says what must hold."""

import random
import sys

import pytest

from checkout import REPOSITORY
from program import SANITIZED

sys.path.insert(0, str(REPOSITORY / "drills"))
from rotation import FAKETIME, Broken, Drill, Request, State, explanations, start_rotating  # noqa: E402


@pytest.fixture
def clock_can_be_moved():
    if SANITIZED:
        pytest.skip("a sanitizer wants to be the first library itself")
    if not FAKETIME:
        pytest.skip("libfaketime is not here")


def drill_of(make_site, database, folder, told, believed):
    nodes, clock = start_rotating(make_site, database, folder, told)
    return Drill(nodes, clock, believed, seed=6, patience=60.0)


@pytest.mark.parametrize("interval", [10, 0])
@pytest.mark.usefixtures("clock_can_be_moved")
def test_every_answer_is_the_model_s(make_site, database, tmp_path, interval):
    drill = drill_of(make_site, database, tmp_path, interval, interval)
    figures = drill.run(sessions=40)
    assert drill.check_records(database) > 0
    assert min(figures[name] for name in ("granted", "refused", "lost", "leave")) > 0, figures


@pytest.mark.usefixtures("clock_can_be_moved")
def test_a_killed_server_loses_nothing_that_was_answered(make_site, database, tmp_path):
    drill = drill_of(make_site, database, tmp_path, told=10, believed=10)
    drill.kill(5, random.Random(6))
    figures = drill.run(sessions=0, grants=100)
    drill.check_records(database)
    assert len(drill.killer.away) == 5, figures


@pytest.mark.usefixtures("clock_can_be_moved")
def test_another_model_does_not_fit(make_site, database, tmp_path):
    """The drill can fail: servers that give a retry its answer are none without an interval."""
    drill = drill_of(make_site, database, tmp_path, told=10, believed=0)
    with pytest.raises(Broken):
        drill.run(sessions=40)


def explained(*asked, states=(State(),), interval=10, now=5):
    return explanations(set(states), [Request(*one) for one in asked], now, interval)


def test_the_model_knows_which_answers_go_together():
    once, again = ("refresh", 0, 1), ("refresh", 0, "refused")
    assert explained(once, once) == {State(head=1, exchanged=5, issued=(0, 5))}
    assert not explained(once, once, interval=0)
    assert {state.reused for state in explained(once, again, interval=0)} == {1}
    assert not explained(again)  # no session is lost without reuse
    assert not explained(once, states=[State(ended=True)])  # no acknowledged end is undone
    assert explained(("cut", 0, "lost"), once) == explained(once)
    used = State(head=2, exchanged=5, issued=(0, 5, 5))
    assert not explained(("refresh", 0, 1), states=[used])  # the child was used
    assert not explained(("refresh", 1, 2), states=[used], now=16)  # the interval is over
    assert explained(("refresh", 2, "refused"), states=[used], now=3605) == {used}  # it has expired
