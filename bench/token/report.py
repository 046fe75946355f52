"""report.py ROUNDS [--json FILE] [--save FOLDER --command TEXT]

Reads what the programs of all rounds measured (Google Benchmark's JSON) and prints the tables.
"""

import json
import pathlib
import platform
import sys

import plot

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import machine
from measured import Samples, grouped, judged, read_options, table, write_json

CASES = [f"{verb} {algorithm}" for algorithm in ("HS256", "RS256", "ES256", "EdDSA")
         for verb in ("verify", "sign")]
COMPILED = ["libjwt", "cpp-jwt", "cjose"]
SCRIPTED = ["PyJWT", "fast-jwt", "fast-jwt (cache)", "jsonwebtoken", "jose"]
# What issue 4 asks for: at most so many times the limit, at least so many times faster than the
# fastest C or C++ peer.
AT_MOST = {"verify HS256": 2.2, "verify RS256": 1.05, "verify ES256": 1.05, "verify EdDSA": 1.05}
AT_LEAST = {"verify HS256": 6, "sign HS256": 5}


def ratio_row(samples, case):
    ours, limit = samples.median(f"{case}/restjwt"), samples.median(f"{case}/limit")
    peers = {who: samples.median(f"{case}/{who}") for who in COMPILED if f"{case}/{who}" in samples}
    fastest = min(peers, key=peers.get, default=None)
    over = ours / limit
    faster = peers[fastest] / ours if fastest else None
    most, least = AT_MOST.get(case), AT_LEAST.get(case)
    return [case, judged(over, most, most and over <= most, "≤"), fastest or "–",
            judged(faster, least, least and faster and faster >= least, "≥")]


def contenders_text(samples):
    def times(who):
        return table(["ns", *who], [[case, *(samples.cell(f"{case}/{name}") for name in who)]
                                    for case in CASES])
    return "\n\n".join([
        times(["restjwt", "limit", *COMPILED]), times(SCRIPTED),
        table(["restjwt", "× limit", "fastest C or C++ peer", "× faster than it"],
              [ratio_row(samples, case) for case in CASES])])


def by_chart(scaling):
    """chart → series → [(x, ns)]; they were measured in random order."""
    charts = {}
    for name in scaling:
        chart, series, x = name.split("/")
        charts.setdefault(chart, {}).setdefault(series, []).append((int(x), scaling.median(name)))
    limit_last = lambda name: (name.startswith("limit"), name)
    return {chart: {series: sorted(all_series[series]) for series in sorted(all_series, key=limit_last)}
            for chart, all_series in charts.items()}


def scaling_text(charts):
    keys, sizes, threads = charts["keys"], charts["size"], charts["threads"]
    counts = [x for x, _ in next(iter(keys.values()))]
    def numbers(points):
        return [grouped(ns) for _, ns in points]
    texts = [table(["ns, keys in the set", *map(grouped, counts)],
                   [[series, *numbers(points)] for series, points in keys.items()])]
    for shape in ("many claims", "one long string"):
        ours, limit = sizes[f"restjwt, {shape}"], sizes[f"limit, {shape}"]
        texts.append(table([f"HS256, ns, {shape}", *(f"{x} B" for x, _ in ours)],
                           [["restjwt", *numbers(ours)], ["limit", *numbers(limit)],
                            ["× limit", *(f"{a / b:.2f}" for (_, a), (_, b) in zip(ours, limit))]]))
    cpu = charts["threads, CPU"]
    texts.append(table(["verifications a second", "1 thread", "2 threads", "×",
                        "CPU ns, 1 thread", "2 threads"],
                       [[series, grouped(1e9 / one), grouped(1e9 / two), f"{one / two:.2f}",
                         *numbers(cpu[series])]
                        for series, ((_, one), (_, two)) in threads.items()]))
    return "\n\n".join(texts)


def scaling_rows(charts):
    titles = {"keys": "verify {series}, keys: {x}", "size": "verify HS256, {series}, bytes: {x}",
              "threads": "verify {series}, threads: {x}"}
    for chart, title in titles.items():
        for series, points in charts.get(chart, {}).items():
            who = "limit" if series.startswith("limit") else "restjwt"
            rest = series.removeprefix(who).lstrip(", ")
            for x, ns in points:
                yield {"case": title.format(series=rest, x=x), "who": who,
                       "ns": round(ns, 1)}


def json_rows(samples, charts):
    for case in CASES:
        for who in ["restjwt", "limit", *COMPILED, *SCRIPTED]:
            if f"{case}/{who}" in samples:
                yield {"case": case, "who": who, "ns": round(samples.median(f"{case}/{who}"), 1)}
    yield from scaling_rows(charts)


def page(command, text):
    used = machine.versions({"OpenSSL": "libssl3", "libjwt": "libjwt0", "cpp-jwt": "libcpp-jwt-dev",
                             "cjose": "libcjose0", "PyJWT": "python3-jwt"})
    npm = json.loads((HERE / "node/package.json").read_text(encoding="utf-8"))["dependencies"]
    used |= npm | {"Node": machine.output("node", "--version").lstrip("v"),
                   "Python": platform.python_version()}
    return machine.page("Tokens: ours, peers, limit", command, used, f"""\
Nanoseconds of CPU time per call, one thread.

{text}

![Cost over keys, sizes and threads](token.svg)""")


def main():
    options = read_options("script/bench token")

    samples = Samples(options.rounds, "token-*.json")
    charts = by_chart(Samples(options.rounds, "scaling-*.json"))
    text = contenders_text(samples)
    if charts:
        text += "\n\n" + scaling_text(charts)
    print(text)
    rows = list(json_rows(samples, charts))
    if options.json:
        write_json(options.json, rows)
    if options.save:
        folder = pathlib.Path(options.save)
        write_json(folder / "token.json", rows)
        (folder / "token.svg").write_text(plot.scaling(charts), encoding="utf-8")
        (folder / "token.md").write_text(page(options.command, text), encoding="utf-8")


main()
