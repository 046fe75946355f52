"""What the programs of all rounds measured (Google Benchmark's JSON), and how it is shown."""

import argparse
import collections
import json
import pathlib
import statistics
import sys


class Samples(collections.defaultdict):
    """The nanoseconds of each repetition, by name."""

    def __init__(self, folder, pattern):
        super().__init__(list)
        for file in sorted(pathlib.Path(folder).glob(pattern)):
            for row in json.loads(file.read_text())["benchmarks"]:
                if row["run_type"] != "iteration":
                    continue
                if row.get("error_occurred"):
                    sys.exit(f"report: {row['name']}: {row.get('error_message')}")
                name, _, of_threads = row["name"].partition("/real_time/threads:")
                if of_threads:
                    self[f"{name}/{of_threads}"].append(row["real_time"])
                    name = f"threads, CPU{name.removeprefix('threads')}/{of_threads}"
                self[name].append(row["cpu_time"])

    def median(self, name):
        return statistics.median(self[name]) if name in self else None

    def cell(self, name):
        """The median, and half the width of the middle half of the samples in percent of it."""
        if name not in self:
            return "–"
        median, spread = self.median(name), 0
        if len(self[name]) > 1:
            quarter, _, three_quarters = statistics.quantiles(self[name], n=4, method="inclusive")
            spread = (three_quarters - quarter) / 2 / median * 100
        return f"{grouped(median)} ±{spread:.0f}%"


def grouped(number):
    return f"{number:,.0f}".replace(",", " ")


def table(head, rows):
    """Markdown that can be read as text; the first column holds words, the others numbers."""
    rows = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = []
    for first, *others in rows:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:])]
        lines.append("| " + " | ".join([first.ljust(widths[0]), *cells]) + " |")
    rule = ["-" * (widths[0] + 2)] + ["-" * (width + 1) + ":" for width in widths[1:]]
    lines.insert(1, "|" + "|".join(rule) + "|")
    return "\n".join(lines)


def judged(ratio, bar, met, sign):
    if ratio is None:
        return "–"
    shown = f"{ratio:.2f}" if ratio > 1.2 else f"{ratio:.3f}"
    return shown if bar is None else f"{shown} ({sign} {bar}: {'met' if met else 'NOT MET'})"


def read_options(command):
    """What a report is called with; `command` is how its reader would call it."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("rounds")
    arguments.add_argument("--json")
    arguments.add_argument("--save")
    arguments.add_argument("--command", default=command)
    return arguments.parse_args()


def write_json(path, rows):
    lines = ",\n".join(json.dumps(row) for row in rows)
    pathlib.Path(path).write_text(f"[\n{lines}\n]\n", encoding="utf-8")
