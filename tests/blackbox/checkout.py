"""A folder that looks like the repository after script/build, to run script/server and the documentation's
commands in: the scripts are the real ones, the program is the one under test."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import urllib.request

from program import BIN

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


class Checkout:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "script").mkdir()
        shutil.copy(REPOSITORY / "script/server", self.folder / "script/server")
        build = self.folder / "script/build"  # it is built already
        build.write_text("#!/bin/sh\n")
        build.chmod(0o755)
        (self.folder / "build/release/bin").mkdir(parents=True)
        (self.folder / "build/release/bin/restjwt").symlink_to(BIN)
        (self.folder / ".curlrc").write_text("silent\nshow-error\n")  # as on a terminal
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("JWT_")}
        self.environment["CURL_HOME"] = str(self.folder)
        self.process = None

    def start(self):
        """script/server on a free port; what it printed before it listened."""
        self.process = subprocess.Popen(
            ["script/server"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=self.environment | {"RESTJWT_LISTEN": "127.0.0.1:0"},
        )
        printed = ""
        for line in self.process.stdout:
            if found := re.search(r"listening on http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                break
            printed += line
        else:
            raise AssertionError(printed + self.process.stderr.read())
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=60)
                return printed
            except OSError:
                assert time.monotonic() < deadline, "the server did not become ready"

    def stop(self):
        self.process.send_signal(signal.SIGTERM)  # the script has become the server
        said = self.process.communicate(timeout=120)[1]
        assert self.process.returncode == 0, said

    def shell(self, command):
        """The command as typed in the documentation; what the terminal would show."""
        command = command.replace("localhost:8000", f"localhost:{self.port}")
        return subprocess.run(
            ["bash", "-c", command], cwd=self.folder, env=self.environment, timeout=120,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        ).stdout
