"""Verifying takes as many instructions wherever a wrong MAC differs. Counted, since time is noise.

Valgrind knows no SHA-NI: it shows the program a processor without it, so that the hash that is counted
is not the one that runs in production. What is compared here, all that comes after it, is the same.
"""

import os
import re
import subprocess

import pytest

PROGRAM = os.environ["VERIFY_ONCE"]
LAST = {"HS256": 31, "HS384": 47, "HS512": 63}


def instructions(how, algorithm, byte):
    """Those of both calls of counted(): the first is always the same."""
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=counted",
         PROGRAM, how, algorithm, byte],
        capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ("good" if byte == "--" else "wrong")
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def spread(how, algorithm):
    last = LAST[algorithm]
    counts = {byte: instructions(how, algorithm, f"{byte:02}") for byte in (0, 1, last // 2, last - 1, last)}
    print(how, algorithm, counts)
    assert min(counts.values()) > 1000
    return max(counts.values()) - min(counts.values())


@pytest.mark.parametrize("algorithm", LAST)
def test_where_a_wrong_mac_differs_is_not_to_be_seen(algorithm):
    assert spread("ours", algorithm) == 0


def test_this_would_be_seen():
    """A comparison that ends at the first difference is found out."""
    assert spread("hasty", "HS256") > 31
