"""smoke_test.py REVOCATIONS_BENCH: a short round with small databases, up to the report."""

import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
GOOGLE = ["--benchmark_format=json", "--benchmark_min_time=0.001"]


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    report = folder / "report.json"
    run(sys.executable, "-B", HERE / "measure.py", sys.argv[1], folder, "--sizes", "50,300",
        *GOOGLE)
    print(run(sys.executable, "-B", HERE / "report.py", folder, "--json", report,
              "--save", folder, "--command", "smoke"))
    seen = {row["case"] for row in json.loads(report.read_text(encoding="utf-8")) if row["ns"] > 0}
    saved = {file.name for file in folder.glob("revocations.*")}

wanted = {case for store in ("SQLite", "PostgreSQL") for size in (50, 300)
          for case in [f"{store}: start, {size} users", f"{store}: verify, {size} store, threads: 1",
                       *(f"{store}: verify, {size} {what}, few tokens, threads: {threads}"
                         for what in ("limit", "nothing", "sessions", "users")
                         for threads in (1, 2))]}
assert wanted <= seen, f"no row for {sorted(wanted - seen)}"
assert saved == {"revocations.json", "revocations.md"}, saved
