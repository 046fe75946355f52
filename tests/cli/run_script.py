#!/usr/bin/python3
"""Runs a command script: lines that begin with "$ " are run by bash in an empty folder, and what follows
is what they print, standard error included; "[exit N]" closes a command that does not answer 0.
Tokens, thumbprints and times are replaced by <token>, <kid>, <time>, <seconds> and <a while>; a line "…" stands for
any lines.

usage: run_script.py SCRIPT [--update]     RESTJWT_BIN names the program
"""

import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?")
SECONDS = re.compile(r"\b1\d{9}\b")
WHILE = re.compile(r"\b(in )?\d+ ((second|minute|hour|day)s?|(d|h|min|s)( \d+ (h|min|s))?)( ago)?\b|(?<=UTC, )now\b")
KID = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])")  # a thumbprint


def normal(text):
    for pattern, word in ((TOKEN, "<token>"), (KID, "<kid>"), (TIME, "<time>"), (SECONDS, "<seconds>"), (WHILE, "<a while>")):
        text = pattern.sub(word, text)
    return text


def commands(script):
    """[(lines before it, command, expected output)]"""
    before, found = [], []
    for line in script.splitlines():
        if line.startswith("$ "):
            found.append((before, line[2:], []))
            before = []
        elif found and (line.startswith("#") or before):
            before.append(line)
        elif found:
            found[-1][2].append(line)
        else:
            before.append(line)
    return found


def run(command, folder):
    program = pathlib.Path(os.environ["RESTJWT_BIN"]).resolve()
    environment = {"PATH": f"{program.parent}:/usr/bin:/bin", "HOME": folder, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, timeout=120,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines = normal(done.stdout.decode("utf-8", "replace")).splitlines()
    return lines + ([f"[exit {done.returncode}]"] if done.returncode else [])


def matches(expected, actual):
    pattern = "".join(r"(.*\n)*" if line == "…" else re.escape(line) + r"\n" for line in expected)
    return re.fullmatch(pattern, "".join(line + "\n" for line in actual)) is not None


def main():
    script = pathlib.Path(sys.argv[1])
    failed, rewritten = 0, []
    with tempfile.TemporaryDirectory() as folder:
        found = commands(script.read_text("utf-8"))
        for before, command, expected in found:
            blank = [""] if expected and expected[-1] == "" else []
            expected = expected[:-1] if blank else expected
            actual = run(command, folder)
            same = matches(expected, actual)
            rewritten += [*before, "$ " + command, *(expected if same else actual), *blank]
            if same:
                continue
            failed += 1
            print(f"{script.name}: $ {command}")
            print("\n".join(difflib.unified_diff(expected, actual, "expected", "actual", lineterm="")))
    if "--update" in sys.argv:
        script.write_text("\n".join(rewritten) + "\n", "utf-8")
    print(f"{script.name}: {len(found)} commands, {failed} failed")
    return 1 if failed or not found else 0


sys.exit(main())
