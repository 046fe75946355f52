"""tools/mutate-decode.py finds each place in the sources that it breaks: it is run by hand, and a place
that has changed unnoticed would be a check that nobody breaks any more."""

import importlib.util
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_each_mutation_finds_its_place():
    spec = importlib.util.spec_from_file_location("mutate_decode", ROOT / "tools/mutate-decode.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert len(tool.MUTATIONS) > 60
    counts = {what: (ROOT / "src/jose" / file).read_text().count(old) for what, file, old, _ in tool.MUTATIONS}
    assert {what: count for what, count in counts.items() if count != 1} == {}
