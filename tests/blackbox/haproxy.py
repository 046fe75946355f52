"""A real HAProxy on a free port, before several servers."""

import os
import subprocess

import requests

from nginx import free_port, wait_until

HAPROXY = "/usr/sbin/haproxy"


class HaProxy:
    """Asks who is ready. While nobody is, it asks who is alive: a server that has lost its database
    still lets in whom it knows."""

    def __init__(self, folder, urls):
        assert os.access(HAPROXY, os.X_OK), "haproxy is missing: script/packages test"
        self.url = f"http://127.0.0.1:{free_port()}"
        self.log = folder / "haproxy.log"
        self.configuration = folder / "haproxy.cfg"
        servers = "".join(
            f"  server {chr(ord('a') + i)} {url.removeprefix('http://')}\n" for i, url in enumerate(urls)
        )
        self.configuration.write_text(
            "defaults\n  mode http\n  option redispatch 1\n"
            "  timeout connect 2s\n  timeout check 10s\n  timeout client 60s\n  timeout server 60s\n"
            "  default-server check inter 200ms fall 2 rise 1\n"
            f"frontend front\n  bind {self.url.removeprefix('http://')}\n"
            "  use_backend ready if { nbsrv(ready) gt 0 }\n  default_backend alive\n"
            f"backend ready\n  option httpchk GET /readyz\n{servers}"
            f"backend alive\n  option httpchk GET /healthz\n{servers}"
        )

    def is_ready(self):
        assert self.process.poll() is None, self.log.read_text()
        try:
            return requests.get(self.url + "/readyz", timeout=60).status_code == 200
        except requests.ConnectionError:
            return False

    def __enter__(self):
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [HAPROXY, "-db", "-f", str(self.configuration)], stdout=log, stderr=log
            )
        try:
            wait_until(self.is_ready, "HAProxy does not become ready")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *failure):
        self.process.terminate()
        self.process.wait(timeout=60)
