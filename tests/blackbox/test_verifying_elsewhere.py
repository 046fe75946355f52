"""docs/verifying-elsewhere.md, followed to the letter in an empty folder.

Its ```toml and ```python blocks are the files it names, its ```nginx lines go into a real nginx, its ```console
elsewhere blocks are typed in order (page.py). Its ```yaml for Envoy is only held against the rest of the page."""

import http.server
import os
import re
import subprocess
import threading

import pytest
import requests

from checkout import REPOSITORY
from nginx import Nginx, wait_until
from page import assert_shows, blocks, commands
from program import BIN, TOKEN

PAGE = (REPOSITORY / "docs/verifying-elsewhere.md").read_text()
LANGUAGE = "console elsewhere"


def the(language):
    [block] = blocks(PAGE, language)
    return block


class Orders(http.server.BaseHTTPRequestHandler):
    """The service that is protected."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"the orders of everybody\n")

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture
def orders():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Orders) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(60)


@pytest.fixture
def nginx(orders, tmp_path):
    folder = tmp_path / "nginx"
    folder.mkdir()
    with Nginx(folder, orders) as running:
        yield running


class Reader:
    """Who follows the page, in a shell in a folder."""

    def __init__(self, folder, orders, nginx):
        self.folder = folder
        self.nginx = nginx
        self.addresses = {"http://127.0.0.1:8080": nginx.url, "http://127.0.0.1:9000": orders}
        self.process = None
        programs = folder / "programs"
        programs.mkdir()
        (programs / "python3").symlink_to("/usr/bin/python3")
        (programs / "restjwt").symlink_to(BIN)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("JWT_", "PYTHON"))}
        self.environment["PATH"] = f"{programs}:{self.environment['PATH']}"

    def here(self, text):
        return re.sub("|".join(self.addresses), lambda found: self.addresses[found[0]], text)

    def follow(self):
        (self.folder / "restjwt.toml").write_text(the("toml"))
        for command, shown in commands(PAGE, LANGUAGE):
            if command == "restjwt serve":
                self.serve(command, shown)
                (self.folder / "verify.py").write_text(self.here(the("python")))
                self.nginx.pass_on(self.here(the("nginx")))
            else:
                assert_shows(command, shown, self.type(self.here(command)))

    def type(self, command):
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command], cwd=self.folder, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
        )
        assert done.returncode == 0, f"$ {command}\nexit code {done.returncode}:\n{done.stdout}"
        return done.stdout

    def serve(self, command, shown):
        """On a free port, which stands from now on for the page's."""
        self.process = subprocess.Popen(
            ["bash", "-c", f"exec {command} --listen 127.0.0.1:0 2>log"], cwd=self.folder,
            env=self.environment, stdout=subprocess.PIPE, text=True,
        )
        line = self.process.stdout.readline()
        found = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", line)
        assert found, line + (self.folder / "log").read_text()
        self.addresses["http://127.0.0.1:8000"] = found[1]
        assert_shows(command, self.here(shown), line)

    def stop(self):
        if self.process:
            self.process.terminate()
            assert self.process.wait(timeout=60) == 0
            self.process.stdout.close()
            self.process = None

    def token(self):
        return (self.folder / "token").read_text().strip()


@pytest.fixture
def reader(tmp_path, orders, nginx):
    folder = tmp_path / "site"
    folder.mkdir()
    reader = Reader(folder, orders, nginx)
    yield reader
    reader.stop()
    assert not TOKEN.search((folder / "log").read_text())


def forged(token):
    """Another first letter of the signature."""
    signed, _, signature = token.rpartition(".")
    return f"{signed}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


def test_who_follows_the_page_gets_in_and_nobody_else(reader, nginx):
    reader.follow()
    token = reader.token()

    def ask(authorization=None, method="GET", **options):
        headers = {"Authorization": authorization} if authorization else {}
        headers.update(options.pop("headers", {}))
        return requests.request(method, nginx.url + "/orders/", headers=headers, timeout=60, **options)

    assert ask(f"Bearer {token}").status_code == 200
    for refused in (None, f"Bearer {forged(token)}", f"JWT {token}", "Bearer x", "Basic YWRtaW46YWJjMTIz"):
        answer = ask(refused)
        assert answer.status_code == 401, refused
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    # What a browser or a form sends besides is nothing to the question whether the token is good.
    assert ask(f"Bearer {token}", headers={"Accept": "text/html"}).status_code == 200
    assert ask(f"Bearer {token}", "POST", data="a=1", headers={"Content-Type": "text/plain"}).status_code == 200
    assert requests.get(nginx.url + "/is-the-token-good", timeout=60).status_code == 404

    (reader.folder / "token").write_text(forged(token))
    with pytest.raises(AssertionError, match="Signature verification failed"):
        reader.type("python3 verify.py")
    (reader.folder / "token").write_text(token)

    reader.type("restjwt users disable admin")
    wait_until(lambda: ask(f"Bearer {token}").status_code != 200, "the user is still let in")
    assert ask(f"Bearer {token}").status_code == 401
    assert reader.type("python3 verify.py") == "admin\n"  # as the page says

    reader.stop()
    assert ask(f"Bearer {token}").status_code == 500


def test_without_the_protected_url_nobody_gets_in(reader, nginx):
    reader.follow()
    reader.stop()
    config = reader.folder / "restjwt.toml"
    config.write_text(config.read_text().replace("protected_url = true", "protected_url = false"))
    reader.serve("restjwt serve", "…")
    nginx.pass_on(reader.here(the("nginx")))
    answer = requests.get(
        nginx.url + "/orders/", headers={"Authorization": f"Bearer {reader.token()}"}, timeout=60
    )
    assert answer.status_code == 500


def test_the_lines_for_envoy_say_what_the_page_configures():
    settings = dict(re.findall(r'^(\w+) = "([^"]+)"', the("toml"), re.MULTILINE))
    envoy = the("yaml")
    assert f"issuer: {settings['JWT_ISSUER']}\n" in envoy
    assert f"audiences: [{settings['JWT_AUDIENCE']}]\n" in envoy
    assert settings["JWT_AUTH_HEADER_PREFIX"] == "Bearer"  # Envoy's own
    [python_keys] = re.findall(r"http://\S+jwks\.json", the("python"))
    assert f'uri: "{python_keys}"' in envoy


def test_every_block_of_the_page_is_used():
    assert set(re.findall(r"^```(.+)$", PAGE, re.MULTILINE)) == {LANGUAGE, "toml", "python", "nginx", "yaml"}
