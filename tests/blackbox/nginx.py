"""A real nginx on a free port."""

import contextlib
import os
import pathlib
import socket
import subprocess
import time

import requests

NGINX = "/usr/sbin/nginx"


def wait_until(seen, what):
    deadline = time.monotonic() + 60
    while not seen():
        assert time.monotonic() < deadline, what


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class Nginx:
    """Before everything: all goes to one other server, but for `lines` of a page."""

    def __init__(self, folder, other_url):
        assert os.access(NGINX, os.X_OK), "nginx is missing: script/packages test"
        self.folder = folder
        self.url = f"http://127.0.0.1:{free_port()}"
        self.other_url = other_url
        self.words = [NGINX, "-p", str(folder), "-c", "nginx.conf", "-e", "error.log"]

    def write(self, lines):
        temporary = "".join(
            f"  {kind}_temp_path {kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / "nginx.conf").write_text(
            f"daemon off;\npid nginx.pid;\nevents {{}}\nhttp {{\n  access_log off;\n{temporary}"
            f"  server {{\n    listen {self.url.removeprefix('http://')};\n{lines}"
            f"    location / {{ proxy_pass {self.other_url}; }}\n  }}\n}}\n"
        )

    def workers(self):
        pid = self.process.pid
        return set(pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())

    @contextlib.contextmanager
    def reloading(self):
        """The block reloads; then the workers that were there are gone, and others are."""
        before = self.workers()
        yield
        wait_until(lambda: self.workers() and not self.workers() & before, "nginx does not reload")

    def pass_on(self, lines):
        self.write(lines)
        with self.reloading():
            subprocess.run([*self.words, "-s", "reload"], check=True)

    def is_ready(self):
        assert self.process.poll() is None, (self.folder / "error.log").read_text()
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(self.url, timeout=60).status_code < 500

    def __enter__(self):
        self.write("")
        self.process = subprocess.Popen(self.words)
        try:
            wait_until(self.is_ready, "nginx does not become ready")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *failure):
        self.process.terminate()
        assert self.process.wait(timeout=60) == 0
