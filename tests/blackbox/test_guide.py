"""docs/coming-from-djangorestframework-jwt.md, followed to the letter by a site of each release.

The page is the script. Its ```console mysite blocks are typed in the folder of a project made by
`startproject`, in order, and show what the page shows; its ```nginx lines go into a real nginx.
Between the steps a client of the release asks that nginx. (test_docs.py runs plain ```console.)

How it is written: page.py; `^C` ends a program that listens."""

import datetime
import re
import shutil
import signal
import subprocess

import pytest
import requests

from checkout import REPOSITORY
from django_site import ENVIRONMENT, VERSIONS, DjangoSite, Doors, start_project
from nginx import Nginx
from page import assert_shows, blocks, commands, steps
from program import BIN, PASSWORD, TOKEN

PAGE = REPOSITORY / "docs/coming-from-djangorestframework-jwt.md"
LANGUAGE = "console mysite"
JWT_AUTH = {"JWT_ALLOW_REFRESH": True, "JWT_EXPIRATION_DELTA": datetime.timedelta(hours=1)}
PACKAGES = {"1.0.1": "djangorestframework-jwt", "1.11.0": "djangorestframework-jwt", "drf-jwt": "drf-jwt"}


class Reader:
    """Who follows the page, in a shell in the folder of the project."""

    def __init__(self, django, nginx, programs):
        self.django = django
        self.nginx = nginx
        self.ahead = steps(PAGE.read_text())
        self.listening = []
        # What the page calls so is something else here.
        package = f"{PACKAGES[django.release]} {VERSIONS[django.release]}"
        self.names = {"djangorestframework-jwt 1.11.0": package, "1.11.0": django.release}
        self.addresses = {"http://127.0.0.1:8000": django.url}
        programs.mkdir()
        (programs / "python").symlink_to("/usr/bin/python3")
        (programs / "restjwt").symlink_to(BIN)
        (programs / "nginx").write_text(f'#!/bin/sh\nexec {" ".join(nginx.words)} "$@"\n')
        (programs / "nginx").chmod(0o755)
        self.environment = ENVIRONMENT | {"PATH": f"{programs}:{ENVIRONMENT['PATH']}"}

    def here(self, text):
        for names in (self.names, self.addresses):
            text = re.sub("|".join(map(re.escape, names)), lambda found: names[found[0]], text)
        return text

    def location_lines(self):
        [lines] = blocks(PAGE.read_text(), "nginx")
        return lines

    def follow(self, heading, meanwhile=None):
        """Takes the next step, which has to be this one. `meanwhile`: before each ^C."""
        found, text = self.ahead.pop(0)
        assert found == heading
        for command, shown in commands(text, LANGUAGE):
            if "--listen" in command:
                self.listen(command, shown, meanwhile)
            else:
                assert_shows(command, self.here(shown), self.type(self.here(command)))

    def type(self, command):
        """What the terminal shows; whatever asks for a password gets it."""
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command], cwd=self.django.folder, env=self.environment,
            input=PASSWORD + "\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
        )
        assert done.returncode == 0, f"$ {command}\nexit code {done.returncode}:\n{done.stdout}"
        return done.stdout

    def listen(self, command, shown, meanwhile):
        """On a free port, which stands from now on for the page's; the program goes on unless `^C` is shown."""
        address = re.search(r"--listen (\S+)", command)[1]
        first, interrupted, rest = shown.partition("\n^C\n")
        process = subprocess.Popen(
            ["bash", "-c", "exec " + self.here(command).replace(address, "127.0.0.1:0")],
            cwd=self.django.folder, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        self.listening.append(process)
        line = process.stdout.readline()
        found = re.search(r"listening on (http://127\.0\.0\.1:\d+)", line)
        assert found, line + process.communicate(timeout=60)[0]
        self.addresses["http://" + address] = found[1]
        assert_shows(command, self.here(first), line)
        if interrupted:
            meanwhile(address)
            assert_shows(command, self.here(rest), self.interrupt())

    def interrupt(self):
        """Ctrl-C for what was started last; what it showed after its first line."""
        process = self.listening.pop()
        process.send_signal(signal.SIGINT)
        shown = process.communicate(timeout=60)[0]
        assert process.returncode == 0, shown
        return shown

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        for process in self.listening:
            process.kill()
            process.communicate()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("migrated")
    yield start_project(folder)
    shutil.rmtree(folder)


@pytest.fixture(params=VERSIONS)
def django(request, migrated, tmp_path):
    """A site of that release with two users, serving."""
    site = DjangoSite(tmp_path / "mysite", request.param, JWT_AUTH, like=migrated)
    site.create_user("admin", email="admin@example.com")
    site.create_user("bob")
    yield site.start()
    site.stop()
    shutil.rmtree(tmp_path)


@pytest.fixture
def nginx(django, tmp_path):
    folder = tmp_path / "nginx"
    folder.mkdir()
    with Nginx(folder, django.url) as running:
        yield running


@pytest.fixture
def reader(django, nginx, tmp_path):
    with Reader(django, nginx, tmp_path / "programs") as reader:
        yield reader


@pytest.fixture
def client(django, nginx):
    """All it ever knows is the proxy."""
    client = Doors()
    client.url = nginx.url
    client.speak(django.release, django.name_field, JWT_AUTH)
    return client


def is_django(client):
    """Whether Django answers the token endpoints; told by a header that only restjwt sets."""
    paths = ["/api-token-auth/", "/api-token-refresh/", "/api-token-verify/"]
    answers = [requests.options(client.url + path, timeout=60) for path in paths]
    [theirs] = {"Content-Security-Policy" not in answer.headers for answer in answers}
    return theirs


def refusal(client):
    answer = client.ask_token("admin", "wrong")
    assert answer.status_code == 400
    return answer.text


def test_there_and_back(django, nginx, reader, client):
    early = client.login("admin")
    told = refusal(client)
    assert client.knows(early) == "admin"

    reader.follow("1. See what would change")
    dump = (django.folder / "django.json").read_text()
    assert '"settings.SECRET_KEY"' in dump and django.secret not in dump
    reader.follow("2. The secret")
    reader.follow("3. Serve beside Django")
    assert is_django(client)

    def through_the_shadow(address):
        nginx.pass_on(reader.here(reader.location_lines().replace("127.0.0.1:8001", address)))
        token = client.login("bob")
        client.refresh(token)
        client.verify(early)
        assert refusal(client) == told
        nginx.pass_on("")

    reader.follow("4. Compare the answers", meanwhile=through_the_shadow)

    nginx.write(reader.here(reader.location_lines()))
    with nginx.reloading():
        reader.follow("5. Switch")
    assert not is_django(client)
    assert client.verify(early) == early and client.knows(client.refresh(early)) == "admin"
    assert refusal(client) == told
    django.create_user("dora")
    assert client.knows(client.login("dora")) == "dora"
    reader.type("restjwt users add carl --password-stdin")
    late = client.login("carl")
    assert client.knows(late) == "carl"

    nginx.write("")
    with nginx.reloading():
        reader.follow("6. The way back")
    assert is_django(client)
    log = reader.interrupt()
    assert client.verify(late) == late and client.knows(client.refresh(late)) == "carl"
    for name in ("admin", "bob", "carl", "dora"):
        assert client.knows(client.login(name)) == name
    assert client.verify(early) == early
    assert refusal(client) == told

    assert "/api-token-auth/" in log
    for secret in (PASSWORD, django.secret):
        assert secret not in log
    assert not TOKEN.search(log)
    assert [heading for heading, _ in reader.ahead] == ["What is not there"]


def test_the_plan_prints_the_later_lines_of_the_page(reader):
    """The command for the secret, and the lines for nginx."""
    reader.follow("1. See what would change")
    report = reader.type("restjwt migrate django plan --settings django.json")
    printed = [line.strip() for line in report.split("\n")]
    write_secret = next(commands(reader.ahead[0][1], LANGUAGE))[0]
    assert {write_secret, *reader.location_lines().splitlines()} <= set(printed)


def test_every_block_of_the_page_belongs_to_a_step():
    fences = re.findall(r"^```.+$", PAGE.read_text(), re.MULTILINE)
    assert set(fences) == {f"```{LANGUAGE}", "```nginx"}
    followed = "".join(text for heading, text in steps(PAGE.read_text()) if heading[0].isdigit())
    assert re.findall(r"^```.+$", followed, re.MULTILINE) == fences
