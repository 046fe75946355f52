"""smoke_test.py CACHE_BENCH: a short round, up to the report."""

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
    material, report = folder / "material.json", folder / "report.json"
    run(sys.executable, "-B", HERE.parent / "token/material.py", material)
    (folder / "cache-1.json").write_text(run(sys.argv[1], material, *GOOGLE), encoding="utf-8")
    print(run(sys.executable, "-B", HERE / "report.py", folder, "--json", report,
              "--save", folder, "--command", "smoke"))
    seen = {row["case"] for row in json.loads(report.read_text(encoding="utf-8")) if row["ns"] > 0}
    saved = {file.name for file in folder.glob("cache.*")}

wanted = {f"verify {algorithm} {case}, threads: {threads}"
          for algorithm in ("RS256", "ES256", "EdDSA") for threads in (1, 2)
          for case in ("cold, in turn", "hit, one token", "hit, in turn", "mixed", "miss")}
assert wanted <= seen, f"no row for {sorted(wanted - seen)}"
assert saved == {"cache.json", "cache.md"}, saved
