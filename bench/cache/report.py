"""report.py ROUNDS [--json FILE] [--save FOLDER --command TEXT]

Reads what cache_bench measured in all rounds and prints the tables.
"""

import json
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import machine
from measured import Samples, grouped, judged, read_options, table, write_json

REMEMBERED = ["RS256", "ES256", "EdDSA"]
CASES = ["cold, one token", "cold, in turn", "hit, one token", "hit, in turn", "mixed", "miss",
         "miss, kept"]
# What issue 5 asks for.
HIT_AT_LEAST, MISS_AT_MOST = 60, 1.05


def cpu(samples, name, threads=1):
    return samples.median(f"threads, CPU/{name}/{threads}")


def cost_text(samples):
    texts = []
    for algorithm in REMEMBERED:
        rows = []
        for case in CASES:
            name = f"{algorithm} {case}"
            one, two = (1e9 / samples.median(f"threads/{name}/{threads}") for threads in (1, 2))
            rows.append([case, *(samples.cell(f"threads, CPU/{name}/{threads}")
                                 for threads in (1, 2)), grouped(one), grouped(two)])
        texts.append(table([algorithm, "CPU ns, 1 thread", "2 threads", "calls a second, 1 thread",
                            "2 threads"], rows))
    return "\n\n".join(texts)


def ratio_row(samples, misses, algorithm):
    def over(case, other):
        return cpu(samples, f"{algorithm} {case}") / cpu(samples, f"{algorithm} {other}")
    bar = HIT_AT_LEAST if algorithm == "RS256" else None
    hits = [over(f"cold, {which}", f"hit, {which}") for which in ("one token", "in turn")]
    miss = statistics.median(misses[algorithm])
    kept = over("miss, kept", "cold, in turn")
    return [algorithm, *(judged(hit, bar, hit >= HIT_AT_LEAST, "≥") for hit in hits),
            judged(over("cold, in turn", "mixed"), None, True, ""),
            judged(miss, MISS_AT_MOST, miss <= MISS_AT_MOST, "≤"),
            judged(kept, None, True, "")]


def hmac_text(samples):
    cold, around = cpu(samples, "HS256 cold, in turn"), cpu(samples, "HS256 around")
    hit = cpu(samples, "EdDSA hit, in turn")
    return table(["HS256", "CPU ns", "× cold"],
                 [["cold, in turn", grouped(cold), "1.00"],
                  ["through the cache, which has none of it", grouped(around),
                   f"{around / cold:.2f}"],
                  ["a hit of EdDSA, for comparison", grouped(hit), f"{hit / cold:.2f}"]])


def counters(folder, counter):
    """algorithm → the samples of one thread."""
    found = {name: [] for name in REMEMBERED}
    for file in sorted(pathlib.Path(folder).glob("cache-*.json")):
        for row in json.loads(file.read_text())["benchmarks"]:
            if (counter in row and row["run_type"] == "iteration"
                    and "/threads:1" in row["name"]):
                found[row["name"].split("/")[1].split()[0]].append(row[counter])
    return found


def bytes_text(folder):
    sizes = counters(folder, "bytes")
    return table(["", *REMEMBERED],
                 [["bytes per entry", *(grouped(sizes[name][-1]) for name in REMEMBERED)]])


def json_rows(samples):
    for name in sorted(samples):
        chart, case, threads = name.split("/")
        if chart == "threads, CPU" and "beside" not in case:
            yield {"case": f"verify {case}, threads: {threads}", "who": "restjwt",
                   "ns": round(samples.median(name), 1)}


def main():
    options = read_options("script/bench cache")

    samples = Samples(options.rounds, "cache-*.json")
    misses = counters(options.rounds, "ratio")
    ratios = table(["× cheaper than cold", "hit, one token", "hit, in turn", "mixed",
                    "a miss costs × cold", "a miss that is kept"],
                   [ratio_row(samples, misses, algorithm) for algorithm in REMEMBERED])
    text = "\n\n".join([ratios, cost_text(samples), hmac_text(samples),
                        bytes_text(options.rounds)])
    print(text)
    rows = list(json_rows(samples))
    if options.json:
        write_json(options.json, rows)
    if options.save:
        folder = pathlib.Path(options.save)
        write_json(folder / "cache.json", rows)
        used = machine.versions({"OpenSSL": "libssl3", "xxHash": "libxxhash-dev"})
        (folder / "cache.md").write_text(
            machine.page("Verified tokens, remembered", options.command, used, text),
            encoding="utf-8")


main()
