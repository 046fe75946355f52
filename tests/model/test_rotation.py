"""The model of rotation, checked exhaustively by spin: drills/rotation.pml says what is in it."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "drills"))
from model import FAULTS, MODEL, check  # noqa: E402


def test_no_interleaving_breaks_an_invariant():
    outcome = check()
    assert (outcome.errors, outcome.broken) == (0, "")
    assert outcome.complete
    # Every step was taken somewhere, but for the one that only a fault takes.
    lines = MODEL.read_text().splitlines()
    not_taken = [lines[line - 1].strip() for line in outcome.unreached]
    assert [line for line in not_taken if line != "}"] == ["d_step { redeem(token) };"]


@pytest.mark.parametrize("fault", FAULTS.values())
def test_a_fault_is_found(fault):
    number = {name: number for number, name in FAULTS.items()}[fault]
    outcome = check(FAULT=number)
    assert outcome.errors == 1
    assert outcome.broken
