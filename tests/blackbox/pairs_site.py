"""A real Django project with Debian's djangorestframework-simplejwt and its token_blacklist app, and restjwt
beside it on the same database and secret."""

import ast
import json
import pathlib
import re
import shutil

import requests

from django_site import Project, start_project
from program import PASSWORD, Site

APPS = ["rest_framework_simplejwt", "rest_framework_simplejwt.token_blacklist"]


def start_pairs_project(folder):
    """A migrated project with an empty database."""
    folder = start_project(folder)
    with (folder / "project/settings.py").open("a") as settings:
        settings.write(f"\nINSTALLED_APPS += {APPS!r}\nROOT_URLCONF = 'pairs.urls'\nDEBUG = False\n")
    project = PairsProject(folder)
    project.manage("migrate", "--verbosity", "0")
    return project


class PairDoors:
    """The endpoints as a client of simplejwt uses them, whoever serves them at `url`."""

    def ask(self, path, body):
        return requests.post(f"{self.url}/api/token/{path}", json=body, timeout=60)

    def tell(self, path, body):
        """The members of a good answer."""
        answer = self.ask(path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def log_in_for_pair(self, name, password=PASSWORD):
        return self.tell("", {"username": name, "password": password})

    def exchange(self, refresh):
        return self.tell("refresh/", {"refresh": refresh})

    def show(self, authorization):
        return requests.get(self.url + "/protected-url/", headers={"Authorization": authorization}, timeout=60)

    def knows(self, access):
        """The name of the token's user at the protected URL."""
        answer = self.show(f"Bearer {access}")
        assert answer.status_code == 200, answer.text
        return answer.json()["user"]


class PairsProject(PairDoors, Project):
    def __init__(self, folder, like=None):
        """`like`: the folder of a project to copy."""
        self.folder = pathlib.Path(folder)
        if like:
            shutil.copytree(like, self.folder, dirs_exist_ok=True)
        self.database = self.folder / "db.sqlite3"
        self.settings = self.folder / "project/settings.py"
        self.secret = re.search(r"^SECRET_KEY = '(.*)'$", self.settings.read_text(), re.MULTILINE)[1]

    def configure(self, simple_jwt, more=""):
        """`simple_jwt`: name → Python source of the value. For the next start()."""
        members = "".join(f"    {name!r}: {source},\n" for name, source in simple_jwt.items())
        with self.settings.open("a") as settings:
            settings.write(f"\nfrom datetime import timedelta\nSIMPLE_JWT = {{\n{members}}}\n{more}\n")


def as_toml(source):
    """A setting's Python source as restjwt.toml writes it."""
    if source.startswith("timedelta(seconds="):
        return source.removeprefix("timedelta(seconds=").removesuffix(")")
    return json.dumps(ast.literal_eval(source))


class PairsBeside(PairDoors, Site):
    """restjwt on the database of a PairsProject, with its secret and its settings."""

    def __init__(self, folder, django, simple_jwt, more=""):
        super().__init__(folder, secret=django.secret)
        lines = [f"{name} = {as_toml(source)}" for name, source in simple_jwt.items()]
        self.config.touch(mode=0o600)
        self.config.chmod(0o600)  # it may hold keys
        self.config.write_text(
            f'database = "sqlite:{django.database}"\n[JWT_AUTH]\nJWT_SECRET_KEY_FILE = "secret.key"\n'
            "JWT_ALLOW_REFRESH = true\n[SIMPLE_JWT]\n" + "\n".join(lines) + f"\n{more}\n"
            "[demo]\nprotected_url = true\n"
        )
        self.run("database", "migrate")
