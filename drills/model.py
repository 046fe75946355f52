#!/usr/bin/python3
"""Checks rotation.pml with spin: every interleaving, without and with each of its faults.

    drills/model.py [--last 3]

Prints what there was to see; exit 1 where the model breaks an invariant, or a fault breaks none. Takes half
a minute and 1 GB; with longer chains of tokens much more of both."""

import argparse
import dataclasses
import pathlib
import re
import subprocess
import sys
import tempfile

MODEL = pathlib.Path(__file__).resolve().parent / "rotation.pml"
FAULTS = {1: "read and written in two steps", 2: "a child for each retry", 3: "serves before it has read"}


@dataclasses.dataclass
class Outcome:
    errors: int
    states: int
    depth: int
    seconds: float
    broken: str  # the assertion
    unreached: list  # lines of the model
    complete: bool


def run(folder, *command):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check(**defines):
    with tempfile.TemporaryDirectory() as folder:
        run(folder, "spin", *(f"-D{name}={value}" for name, value in defines.items()), "-a", MODEL)
        run(folder, "gcc", "-O2", "-DSAFETY", "-DCOLLAPSE", "-DMEMLIM=6000", "-o", "pan", "pan.c")
        said = run(folder, "./pan", "-m1000000")
        trail = bool(list(pathlib.Path(folder).glob("*.trail")))

    def number(pattern):
        return float(re.search(pattern, said)[1])

    broken = re.search(r"assertion violated (.*) \(at depth", said)
    outcome = Outcome(
        int(number(r"errors: (\d+)")), int(number(r"(\d+) states, stored")), int(number(r"depth reached (\d+)")),
        number(r"elapsed time ([\d.]+)"), broken[1] if broken else "",
        [int(line) for line in re.findall(r"rotation\.pml:(\d+), state", said)],
        complete="Search not completed" not in said and "max search depth too small" not in said)
    assert trail == (outcome.errors > 0), said
    return outcome


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--last", type=int, default=3)
    last = parser.parse_args().last
    clean = check(LAST=last)
    print(f"without a fault: {clean.errors} errors, {clean.states:,} states, depth {clean.depth:,},"
          f" {clean.seconds:.1f} s"
          f"{'' if clean.complete else ', not completed'}")
    wrong = clean.errors > 0 or not clean.complete
    for fault, name in FAULTS.items():
        found = check(FAULT=fault, LAST=last)
        wrong = wrong or found.errors == 0
        print(f"{name}: {found.errors} errors, {found.states:,} states: {found.broken or 'not found'}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
