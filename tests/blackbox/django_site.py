"""A real Django project, made by `startproject`, and restjwt beside it on the same database and secret."""

import contextlib
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess

import requests

from program import PASSWORD, Site

PARTS = pathlib.Path(__file__).resolve().parent / "django_project"
VERSIONS = {"1.0.1": "1.0.1", "1.11.0": "1.11.0", "drf-jwt": "1.17.3"}
USERNAME_FIELDS = {"auth.User": "username", "by_email.EmailUser": "email", "by_uuid.UuidUser": "login"}
PRELUDE = "import json\nfrom django.contrib.auth import get_user_model\nUser = get_user_model()\n"
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.startswith(("JWT_", "DJANGO_", "PYTHON"))},
    "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1",
}


def python(folder, *words, check=True, **options):
    done = subprocess.run(["/usr/bin/python3", *words], cwd=folder, env=ENVIRONMENT,
                          capture_output=True, text=True, timeout=120, **options)
    assert not check or done.returncode == 0, done.stderr
    return done


def start_project(folder, user_model="auth.User"):
    """A migrated project with an empty database; no release yet."""
    folder = pathlib.Path(folder)
    python(folder, "-m", "django", "startproject", "project", str(folder))
    unwanted = shutil.ignore_patterns("__pycache__", "README.md")
    shutil.copytree(PARTS, folder, dirs_exist_ok=True, ignore=unwanted)
    apps = ["rest_framework"] + [user_model.split(".")[0]] * (user_model != "auth.User")
    with (folder / "project/settings.py").open("a") as settings:
        settings.write(
            f"\nINSTALLED_APPS += {apps!r}\nAUTH_USER_MODEL = {user_model!r}\n"
            "ALLOWED_HOSTS = ['127.0.0.1']\nROOT_URLCONF = 'api.urls'\n"
        )
    if len(apps) > 1:
        python(folder, "manage.py", "makemigrations", apps[1])
    python(folder, "manage.py", "migrate", "--verbosity", "0")
    return folder


class Doors:
    """The endpoints as a client of the release uses them, whoever serves them at `url`."""

    def speak(self, release, name_field, jwt_auth):
        self.release = release
        self.name_field = name_field
        self.success = 201 if release == "drf-jwt" else 200
        self.prefix = jwt_auth.get("JWT_AUTH_HEADER_PREFIX", "Bearer" if release == "drf-jwt" else "JWT")

    def post(self, path, body, **options):
        return requests.post(self.url + path, json=body, timeout=60, **options)

    def ask_token(self, name, password=PASSWORD):
        return self.post("/api-token-auth/", {self.name_field: name, "password": password})

    def login(self, name, password=PASSWORD):
        return self._token(self.ask_token(name, password))

    def refresh(self, token):
        return self._token(self.post("/api-token-refresh/", {"token": token}))

    def verify(self, token):
        return self._token(self.post("/api-token-verify/", {"token": token}))

    def whoami(self, token):
        header = {"Authorization": f"{self.prefix} {token}"}
        return requests.get(self.url + "/protected-url/", headers=header, timeout=60)

    def knows(self, token):
        """The name of the token's user at the protected URL."""
        answer = self.whoami(token)
        assert answer.status_code == 200, answer.text
        return answer.json()["user"]

    def _token(self, answer):
        assert answer.status_code == self.success, answer.text
        return answer.json()["token"]


class Project:
    """What start_project() made in `folder`: its commands, its users, its server."""

    folder: pathlib.Path
    name_field = "username"
    process = None
    environment = ENVIRONMENT | {"DJANGO_SETTINGS_MODULE": "project.settings"}

    def manage(self, *words, **options):
        """`manage.py …`; its standard output."""
        return python(self.folder, "manage.py", *words, **options).stdout

    def shell(self, code):
        """Runs the code in `manage.py shell`, where User is the model; the JSON it prints, if any."""
        printed = self.manage("shell", "-c", PRELUDE + code)
        return json.loads(printed) if printed else None

    def create_user(self, name, password=PASSWORD, **more):
        """The new user's key, as text."""
        given = ", ".join(f"{k}={v!r}" for k, v in more.items())
        return self.shell(f"print(json.dumps(str("
                          f"User.objects.create_user({name!r}, password={password!r}, {given}).pk)))")

    def update(self, name, code):
        """Runs the code on the user, then saves."""
        self.shell(f"user = User.objects.get({self.name_field}={name!r})\n{code}\nuser.save()\n")

    @contextlib.contextmanager
    def held(self, code):
        """Runs the code beside the block: up to its `hold()` before it, the rest after it."""
        holding = "def hold():\n    print('held', flush=True)\n    input()\n"
        with subprocess.Popen(
            ["/usr/bin/python3", "manage.py", "shell", "-c", PRELUDE + holding + code],
            cwd=self.folder, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as process:
            try:
                assert process.stdout.readline() == "held\n"
                yield
                process.communicate("\n", timeout=60)
            finally:
                process.kill()
        assert process.returncode == 0

    def start(self):
        with (self.folder / "stderr").open("wb") as stderr:
            self.process = subprocess.Popen(
                ["/usr/bin/python3", "-m", "api.serve"], cwd=self.folder, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=stderr, text=True,
                env=self.environment,
            )
        line = self.process.stdout.readline()
        found = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", line)
        if not found:
            self.stop()
            raise AssertionError((self.folder / "stderr").read_text())
        self.url = found[1]
        return self

    def stop(self):
        if self.process is None:
            return
        process, self.process = self.process, None
        process.stdin.close()  # it serves until then
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError("Django does not stop")
        finally:
            process.stdout.close()


class DjangoSite(Doors, Project):
    """A project of one release in `folder`; `like` is a start_project() to copy."""

    def __init__(self, folder, release, jwt_auth={}, user_model="auth.User", like=None, hashers=()):
        self.folder = pathlib.Path(folder)
        if like:
            shutil.copytree(like, self.folder, dirs_exist_ok=True)
        else:
            start_project(self.folder, user_model)
        self.database = self.folder / "db.sqlite3"
        self.user_model = user_model
        self.speak(release, USERNAME_FIELDS[user_model], jwt_auth)
        (self.folder / "rest_framework_jwt/__init__.py").write_text(
            f"__version__ = {VERSIONS[release]!r}\n"
        )
        settings = self.folder / "project/settings.py"
        with settings.open("a") as more:
            more.write(f"\nimport datetime\nJWT_AUTH = {jwt_auth!r}\n")
            if hashers:
                more.write(f"PASSWORD_HASHERS = {list(hashers)!r}\n")
            rest_framework = {"DEFAULT_AUTHENTICATION_CLASSES": [
                "rest_framework_jwt.authentication.JSONWebTokenAuthentication"]}
            if release == "1.0.1":
                rest_framework["COMPACT_JSON"] = False
            more.write(f"REST_FRAMEWORK = {rest_framework!r}\n")
        self.secret = re.search(r"^SECRET_KEY = '(.*)'$", settings.read_text(), re.MULTILINE)[1]


def as_toml(value):
    """A value of settings.JWT_AUTH as restjwt.toml writes it."""
    if isinstance(value, datetime.timedelta):
        return str(int(value.total_seconds()))
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {as_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(as_toml(item) for item in value) + "]"
    return json.dumps(value)


class Beside(Doors, Site):
    """restjwt on the database of a Django project, with its secret and its settings."""

    def __init__(self, folder, django, jwt_auth={}, users=""):
        super().__init__(folder, secret=django.secret)
        self.speak(django.release, django.name_field, jwt_auth)
        lines = [f"{name} = {as_toml(value)}" for name, value in jwt_auth.items()]
        if "JWT_SECRET_KEY" not in jwt_auth:
            lines.append('JWT_SECRET_KEY_FILE = "secret.key"')
        if django.user_model != "auth.User":
            table = django.user_model.replace(".", "_").lower()
            users = f'table = "{table}"\nUSERNAME_FIELD = "{django.name_field}"\n' + users
        self.config.touch(mode=0o600)
        self.config.chmod(0o600)  # it may hold keys
        self.config.write_text(
            f'database = "sqlite:{django.database}"\nprofile = "{django.release}"\n'
            "[JWT_AUTH]\n" + "\n".join(lines) + f"\n[users]\n{users}\n[demo]\nprotected_url = true\n"
        )
