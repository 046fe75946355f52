"""report.py ROUNDS [--json FILE] [--save FOLDER --command TEXT]

Reads what measure.py measured in all rounds and prints the tables.
"""

import json
import os
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import machine
from measured import Samples, grouped, judged, read_options, table, write_json

STORES = ["SQLite", "PostgreSQL"]
CASES = {"limit": "no sessions kept", "nothing": "nothing revoked",
         "sessions": "as many sessions revoked", "users": "as many users revoked"}
# Many revocations beside few; seconds; bytes.
COST_AT_MOST, START_AT_MOST, BYTES_AT_MOST = 1.3, 5, 100


def memory(size, case, tokens="few", threads=1):
    return f"threads, CPU/{size} {case}, {tokens} tokens/{threads}"


def verify_text(samples, few, many):
    rows = []
    for case, name in CASES.items():
        small, big = (samples.median(memory(size, case)) for size in (few, many))
        ratio = big / small
        bar = COST_AT_MOST if case in ("sessions", "users") else None
        rows.append([name, samples.cell(memory(few, case)), samples.cell(memory(many, case)),
                     judged(ratio, bar, ratio <= COST_AT_MOST, "≤"),
                     f"{big / samples.median(memory(many, 'limit')):.2f}",
                     samples.cell(memory(few, case, threads=2)),
                     samples.cell(memory(many, case, threads=2))])
    few, many = grouped(few), grouped(many)
    return table(["a verification, CPU ns", f"{few} users", f"{many} users", "× as much",
                  "× no sessions", f"2 threads, {few}", f"2 threads, {many}"], rows)


def many_tokens_text(samples, many):
    if memory(many, "limit", "many") not in samples:
        return None
    limit = samples.median(memory(many, "limit", "many"))
    rows = [[name, samples.cell(memory(many, case, "many")),
             f"{samples.median(memory(many, case, 'many')) / limit:.2f}"]
            for case, name in CASES.items()]
    return table([f"{grouped(many)} users, 20 000 of them in turn", "CPU ns", "× no sessions"],
                 rows)


def store_row(store, samples, few, many):
    small, big = (samples.median(f"threads/{size} store/1") for size in (few, many))
    return [store, *(samples.cell(f"threads/{size} store/1") for size in (few, many)),
            f"{big / small:.2f}"]


class Starts:
    """What the program said when it had started, in all rounds."""

    def __init__(self, folder):
        self.figures = [one for file in sorted(pathlib.Path(folder).glob("start-*.json"))
                        for one in json.loads(file.read_text(encoding="utf-8"))]
        self.sizes = sorted({one["size"] for one in self.figures})

    def median(self, what, store, case, size):
        return statistics.median(one[what] for one in self.figures
                                 if (one["store"], one["case"], one["size"])
                                 == (store, case, size))


def start_text(starts, few, many):
    rows = []
    for store in STORES:
        for case in list(CASES)[1:]:
            small, big = (starts.median("seconds", store, case, size) for size in (few, many))
            told = judged(big, START_AT_MOST, big <= START_AT_MOST, "≤")
            cpu = starts.median("cpu_seconds", store, case, many)
            rows.append([f"{store}, {CASES[case]}", f"{small:.3f}", told, f"{cpu:.2f}"])
    return table(["a start, seconds", f"{grouped(few)} users", f"{grouped(many)} users",
                  "of them CPU of the process"], rows)


def bytes_text(starts, few, many):
    rows = []
    for store in STORES:
        for case in ("sessions", "users"):
            small, big = (starts.median("bytes", store, case, size) / size for size in (few, many))
            grown = starts.median("resident", store, case, many) / many
            rows.append([f"{store}, {case}", grouped(small),
                         *(f"{grouped(size)} (≤ {BYTES_AT_MOST}: "
                           f"{'met' if size <= BYTES_AT_MOST else 'NOT MET'})"
                           for size in (big, grown))])
    return table(["bytes per entry", f"{grouped(few)}, told", f"{grouped(many)}, told",
                  "growth of the process"], rows)


def json_rows(samples, starts):
    for store, those in samples.items():
        for name in sorted(those):
            chart, case, threads = name.split("/")
            if chart == "threads" if case.endswith(" store") else chart == "threads, CPU":
                yield {"case": f"{store}: verify, {case}, threads: {threads}", "who": "restjwt",
                       "ns": round(those.median(name), 1)}
    for store in STORES:
        for size in starts.sizes:
            for case in list(CASES)[1:]:
                row = {"case": f"{store}: start, {size} {case}", "who": "restjwt",
                       "ns": round(starts.median("seconds", store, case, size) * 1e9)}
                if case != "nothing":
                    row["bytes_per_entry"] = round(starts.median("bytes", store, case, size) / size)
                yield row


def main():
    options = read_options("script/bench revocations")
    samples = {store: Samples(options.rounds, f"verify-{store}-*.json") for store in STORES}
    starts = Starts(options.rounds)
    few, many = starts.sizes

    rounds = len(list(pathlib.Path(options.rounds).glob("start-*.json")))
    parts = [f"Medians of {rounds} rounds, at a load average of {os.getloadavg()[1]:.0f}."]
    for store in STORES:
        parts += [f"## Verifying, {store}", verify_text(samples[store], few, many),
                  many_tokens_text(samples[store], many)]
    parts += ["## Users who are not in memory",
              table(["asked of the store, wall ns", f"{grouped(few)} users",
                     f"{grouped(many)} users", "× as much"],
                    [store_row(store, samples[store], few, many) for store in STORES]),
              "## Start", start_text(starts, few, many),
              "## Memory", bytes_text(starts, few, many)]
    text = "\n\n".join(part for part in parts if part)
    print(text)
    rows = list(json_rows(samples, starts))
    if options.json:
        write_json(options.json, rows)
    if options.save:
        folder = pathlib.Path(options.save)
        write_json(folder / "revocations.json", rows)
        used = machine.versions({"SQLite": "libsqlite3-0", "PostgreSQL": "postgresql-15",
                                 "Boost": "libboost1.81-dev", "nettle": "libnettle8"})
        (folder / "revocations.md").write_text(
            machine.page("Revocations, in memory", options.command, used, text),
            encoding="utf-8")


main()
