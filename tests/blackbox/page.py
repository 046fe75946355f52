"""A page of docs/ as a script.

In a block `$ ` and `> ` are the shell's prompts. Shown, a line `…` stands for any lines and a `…` inside
a line for any text."""

import re


def steps(page):
    """(heading, text) of each section."""
    return re.findall(r"^## (.*)\n((?s:.*?))(?=^## |\Z)", page, re.MULTILINE)


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def commands(text, language):
    """(command, what it shows) pairs."""
    for block in blocks(text, language):
        assert block.startswith("$ ")
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, shown = re.fullmatch(r"((?:.*\\\n)*.*\n(?:> .*\n)*)((?s:.*))", part).groups()
            yield re.sub(r"^> ", "", command, flags=re.MULTILINE).strip("\n"), shown.strip("\n")


def assert_shows(command, expected, shown):
    lines = [
        "(?s:.*)" if line == "…" else ".*".join(re.escape(part) for part in line.split("…"))
        for line in expected.split("\n")
    ]
    assert re.fullmatch("\n".join(lines), shown.strip("\n")), (
        f"$ {command}\nthe page says:\n{expected}\nshown:\n{shown}"
    )
