"""A real HAProxy on a free port, before several servers; and one as the network to a single one."""

import os
import signal
import socket
import subprocess

import requests

from nginx import free_port, wait_until

HAPROXY = "/usr/sbin/haproxy"


class Running:
    """One process with its configuration."""

    def __init__(self, folder, name, configuration):
        assert os.access(HAPROXY, os.X_OK), "haproxy is missing: script/packages test"
        self.log = folder / f"{name}.log"
        self.configuration = folder / f"{name}.cfg"
        self.configuration.write_text(configuration)

    def __enter__(self):
        with self.log.open("ab") as log:
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
        self.process.kill()
        self.process.wait(timeout=60)


class HaProxy(Running):
    """Asks who is ready. While nobody is, it asks who is alive: a server that has lost its database
    still lets in whom it knows."""

    def __init__(self, folder, urls):
        self.url = f"http://127.0.0.1:{free_port()}"
        servers = "".join(
            f"  server {chr(ord('a') + i)} {url.removeprefix('http://')}\n" for i, url in enumerate(urls)
        )
        super().__init__(
            folder, "haproxy",
            "defaults\n  mode http\n  option redispatch 1\n"
            "  timeout connect 2s\n  timeout check 10s\n  timeout client 60s\n  timeout server 60s\n"
            "  default-server check inter 200ms fall 2 rise 1\n"
            f"frontend front\n  bind {self.url.removeprefix('http://')}\n"
            "  use_backend ready if { nbsrv(ready) gt 0 }\n  default_backend alive\n"
            f"backend ready\n  option httpchk GET /readyz\n{servers}"
            f"backend alive\n  option httpchk GET /healthz\n{servers}",
        )

    def is_ready(self):
        assert self.process.poll() is None, self.log.read_text()
        try:
            return requests.get(self.url + "/readyz", timeout=60).status_code == 200
        except requests.ConnectionError:
            return False


class Link(Running):
    """The network between somebody and a port of this machine: it can be cut, or go silent."""

    def __init__(self, folder, port):
        self.port = free_port()
        super().__init__(
            folder, "link",
            "defaults\n  mode tcp\n  timeout connect 2s\n  timeout client 1h\n  timeout server 1h\n"
            f"listen link\n  bind 127.0.0.1:{self.port}\n  server other 127.0.0.1:{port}\n",
        )

    def is_ready(self):
        assert self.process.poll() is None, self.log.read_text()
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=60).close()
            return True
        except ConnectionError:
            return False

    def tell(self, command):
        if command == "cut":
            self.__exit__()
        elif command == "mend":
            self.__enter__()
        else:
            self.process.send_signal({"freeze": signal.SIGSTOP, "thaw": signal.SIGCONT}[command])
