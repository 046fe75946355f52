"""docs/security-tokens.md names tests that exist, and every weakness of tokens that we know of."""

import os
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("RESTJWT_VECTORS") or ROOT.parent / "shared/vectors").parent
TABLE = (ROOT / "docs/security-tokens.md").read_text()
TESTS = "".join(file.read_text() for file in (ROOT / "tests").rglob("*_test.cpp"))
NAMED = re.findall(r"`([A-Z]\w*)\.(\w+)`", TABLE)
IDS = re.compile(r"\b(?:CVE-\d{4}-\d{3,6}|GHSA-\w{4}-\w{4}-\w{4}|GO-\d{4}-\d+)\b")
# Rows of CVES.md in the sections on tokens that are not about tokens: headers of HTTP.
ELSEWHERE = {"CVE-2019-15226", "CVE-2020-12605", "CVE-2020-8659", "CVE-2025-14550"}


def exists(suite, test):
    return re.search(rf"^TEST(?:_F|_P)?\({suite}, {test}\)", TESTS, re.M)


def test_there_are_some():
    assert len(NAMED) > 50


@pytest.mark.parametrize("suite, test", NAMED)
def test_each_test_it_names_exists(suite, test):
    assert exists(suite, test)


def test_a_test_that_is_gone_is_noticed():
    assert not exists("Cve20159235", "NoSuchTest")


def test_each_file_it_names_exists():
    for file in re.findall(r"`(tests/[\w/]+\.\w+)`", TABLE):
        assert (ROOT / file).is_file(), file


def test_each_test_for_a_weakness_is_named():
    for suite, test in re.findall(r"^TEST\(((?:Cve|Ghsa|Go)\d\w*|Ghsa\w+), (\w+)\)", TESTS, re.M):
        assert any(suite == named for named, _ in NAMED), f"{suite}.{test}"


def test_each_id_leads_to_a_test():
    for id in IDS.findall(TABLE):
        assert id in TESTS or re.search(rf"{re.escape(id)}.*KnownSecret", TABLE), id


def test_each_weakness_of_tokens_stands_in_it():
    if not SHARED.is_dir():
        pytest.skip("no folder shared beside the repository")
    known = (SHARED / "security/CVES.md").read_text()
    known = known[known.index("\n## 1 ") : known.index("\n## 4 ")]
    known = re.sub(r"(CVE-\d{4}-\d{3})(\d\d)/(\d\d)/(\d\d)\b", r"\1\2 \1\3 \1\4", known)  # 42459/60/61
    known = re.sub(r"(CVE-\d{4}-)(\d{5})/(\d{5})\b", r"\1\2 \1\3", known)
    missing = set(IDS.findall(known)) - ELSEWHERE - set(IDS.findall(TABLE))
    assert not missing
