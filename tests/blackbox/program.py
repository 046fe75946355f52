"""The real program, from outside: a folder with a configuration, commands, and `serve`."""

import os
import pathlib
import re
import resource
import secrets
import signal
import socket
import subprocess
import time

import requests

BIN = os.environ.get("RESTJWT_BIN") or str(
    pathlib.Path(__file__).resolve().parents[2] / "build/release/bin/restjwt"
)
SANITIZED = os.environ.get("RESTJWT_SANITIZED") == "1"
PASSWORD = "abc123"
TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*")


class Site:
    """A configuration and a database in a folder of their own, and the server on them."""

    def __init__(self, folder, jwt_auth="", top="", secret=None, database="sqlite:restjwt.db"):
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "restjwt.toml"
        self.secret = secret or secrets.token_hex(32)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("JWT_")}
        self.process = None
        self.logs = []
        (self.folder / "secret.key").touch(mode=0o600)
        (self.folder / "secret.key").write_text(self.secret)
        self.config.write_text(
            f'database = "{database}"\n{top}\n'
            f'[JWT_AUTH]\nJWT_SECRET_KEY_FILE = "secret.key"\nJWT_ALLOW_REFRESH = true\n{jwt_auth}\n'
            "[demo]\nprotected_url = true\n"
        )

    def run(self, *words, stdin="", check=True):
        """One command of the command line; its standard output."""
        done = subprocess.run(
            [BIN, *words, "--config", str(self.config)],
            input=stdin, capture_output=True, text=True, env=self.environment, timeout=120,
        )
        if check:
            assert done.returncode == 0, done.stderr
            return done.stdout
        return done

    def add_user(self, name, password=PASSWORD, *options):
        self.run("users", "add", name, "--password-stdin", *options, stdin=password + "\n")

    def start(self, port=0):
        log = self.folder / f"stderr.{len(self.logs)}"
        self.logs.append(log)
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                [BIN, "serve", "--config", str(self.config), "--listen", f"127.0.0.1:{port}"],
                stdout=subprocess.PIPE, stderr=stderr, text=True, env=self.environment,
            )
        for line in self.process.stdout:
            if found := re.search(r"listening on http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                break
        else:
            raise AssertionError(f"the server did not start: {log.read_text()}")
        self.url = f"http://127.0.0.1:{self.port}"
        deadline = time.monotonic() + 60
        while requests.get(self.url + "/readyz", timeout=60).status_code != 200:
            assert time.monotonic() < deadline, "the server did not become ready"
        return self

    def stop(self, sign=signal.SIGTERM):
        """Ends the server; its exit code."""
        if self.process is None:
            return None
        process, self.process = self.process, None
        process.send_signal(sign)
        try:
            return process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError("the server does not stop")
        finally:
            process.stdout.close()

    def log_text(self):
        return "".join(log.read_text(errors="replace") for log in self.logs)

    def post(self, path, body, **options):
        return requests.post(self.url + path, json=body, timeout=60, **options)

    def login(self, name="admin", password=PASSWORD):
        answer = self.post("/api-token-auth/", {"username": name, "password": password})
        assert answer.status_code == 200, answer.text
        return answer.json()["token"]

    def whoami(self, token):
        return requests.get(
            self.url + "/protected-url/", headers={"Authorization": f"JWT {token}"}, timeout=60
        )


class RawConnection:
    """Bytes out, bytes in: what a careful HTTP client would never send."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.buffer = b""

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all was sent: the answer says why

    def read_response(self):
        """Status, headers (lower case) and body of the next answer; nothing at the end."""
        while b"\r\n\r\n" not in self.buffer:
            if not self._more():
                assert not self.buffer, "an answer was cut in its head"
                return None
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines[1:])}
        length = int(headers["content-length"])
        while len(self.buffer) < length:
            assert self._more(), "an answer was cut in its body"
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return int(lines[0].split()[1]), headers, body

    def read_all(self):
        """Every answer until the server closes."""
        answers = []
        while (answer := self.read_response()) is not None:
            answers.append(answer)
        return answers

    def _more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self.buffer += data
        return bool(data)

    def close(self):
        self.socket.close()


def peak_memory_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise AssertionError("no VmHWM")


def raise_core_limit():
    """So that a server which does not lower it itself would be seen."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
