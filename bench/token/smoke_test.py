"""smoke_test.py TOKEN_BENCH SCALING_BENCH: a short round of our rows, up to the report."""

import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
GOOGLE = ["--benchmark_format=json", "--benchmark_min_time=0.001"]
token_bench, scaling_bench = sys.argv[1:]


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    material, report = folder / "material.json", folder / "report.json"
    run(sys.executable, "-B", HERE / "material.py", material)
    (folder / "token-1.json").write_text(run(token_bench, material, *GOOGLE), encoding="utf-8")
    (folder / "scaling-1.json").write_text(run(scaling_bench, *GOOGLE), encoding="utf-8")
    tables = run(sys.executable, "-B", HERE / "report.py", folder, "--json", report,
                 "--save", folder, "--command", "smoke")
    rows = json.loads(report.read_text(encoding="utf-8"))
    saved = {file.name for file in folder.glob("token.*")}

seen = {(row["case"], row["who"]) for row in rows if row["ns"] > 0}
wanted = {(f"{verb} {algorithm}", who) for verb in ("verify", "sign")
          for algorithm in ("HS256", "RS256", "ES256", "EdDSA") for who in ("restjwt", "limit")}
wanted |= {("verify HS256, each key in turn, keys: 1000", "restjwt"),
           ("verify HS256, threads: 2", "limit")}
print(tables)
assert wanted <= seen, f"no row for {sorted(wanted - seen)}"
assert saved == {"token.json", "token.md", "token.svg"}, saved
