"""What README and docs show is what happens.

```console blocks are run in order, `$ ` before a command, its output below it; a line `…` stands for
any lines. Tokens, instants, the time until them, and ports may differ. ```cpp blocks stand word for word
in an example."""

import re

import pytest

from checkout import REPOSITORY, Checkout

PAGES = sorted(
    page
    for page in [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")]
    if re.search(r"^```(console|cpp)$", page.read_text(), re.MULTILINE)
)
TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)


def commands(block):
    """(command, expected output) pairs; a command goes on after a backslash."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
    assert parts[0] == "", "a console block begins with a command"
    for part in parts[1:]:
        command, output = re.match(r"((?:.*\\\n)*.*)\n?((?s:.*))", part).groups()
        yield command, output


def comparable(text):
    text = re.sub(r"eyJ[A-Za-z0-9_.…-]+", "TOKEN", text)
    text = re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?", "INSTANT", text)
    # What is left of a day, when a second of it has gone.
    text = re.sub(r"\bin \d+ (d|h|min|s)( \d+ (h|min|s))?\b", "in SPAN", text)
    text = re.sub(r"\b(1[7-9]|2\d)\d{8}\b", "EPOCH", text)
    return re.sub(r"(localhost|127\.0\.0\.1):\d+", r"\1:PORT", text).strip("\n")


def same(expected, shown):
    expected, shown = comparable(expected), comparable(shown)
    if "…" in expected.split("\n"):
        pattern = "\n".join(re.escape(l) if l != "…" else "\0" for l in expected.split("\n"))
        return re.fullmatch(pattern.replace("\0", "(?s:.*)"), shown) is not None
    return expected == shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_the_commands_show_what_the_page_says(page, tmp_path):
    console = blocks(page, "console")
    if not console:
        return
    checkout = Checkout(tmp_path)
    checkout.start()
    token = "there-was-no-token-yet"
    try:
        for command, expected in (pair for block in console for pair in commands(block)):
            shown = checkout.shell(command.replace("<your_token>", token))
            assert same(expected, shown), f"$ {command}\nthe page says:\n{expected}\nshown:\n{shown}"
            if found := TOKEN.search(shown):
                token = found[0]
    finally:
        checkout.stop()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_the_code_on_the_page_is_compiled_somewhere(page):
    def lines(text):
        return "\n" + "\n".join(line.strip() for line in text.strip("\n").split("\n")) + "\n"

    examples = [lines(file.read_text()) for file in REPOSITORY.glob("examples/*.cpp")]
    for block in blocks(page, "cpp"):
        assert any(lines(block) in example for example in examples), block


def test_links_lead_somewhere():
    for page in [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
