"""Django projects as somebody might have them, made in a folder: real Django, real REST framework, and in place of
the package a module that only has its version, its defaults and its views' names."""

import os
import pathlib
import subprocess
import textwrap

PYTHON = "/usr/bin/python3"
KEYS = pathlib.Path(__file__).parents[2] / "data" / "keys"
LONG_SECRET = "own-site-secret-that-nobody-published-0123456789-abcd"

MANAGE = """
    import os, sys
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)
"""

SETTINGS = """
    import datetime
    import pathlib
    BASE = pathlib.Path(__file__).resolve().parent.parent
    SECRET_KEY = {secret!r}
    DEBUG = False
    ALLOWED_HOSTS = ["*"]
    ROOT_URLCONF = "mysite.urls"
    USE_TZ = True
    DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
    INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "rest_framework", "accounts"]
    DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": BASE / "db.sqlite3",
                             "USER": "db-user-name", "PASSWORD": "db-password"}}}}
    {more}
"""

PACKAGE = """
    from rest_framework.views import APIView
    class ObtainJSONWebToken{suffix}(APIView): pass
    class RefreshJSONWebToken{suffix}(APIView): pass
    class VerifyJSONWebToken{suffix}(APIView): pass
    class ImpersonateJSONWebToken{suffix}(APIView): pass
"""


class Site:
    """A project with its database made."""

    def __init__(self, folder, secret=LONG_SECRET, settings="", models="", urls="", handlers="", version="1.11.0",
                 fork=False):
        self.folder = pathlib.Path(folder)
        self.secret = secret
        suffix = "View" if fork else ""
        self._write("manage.py", MANAGE)
        self._write("mysite/__init__.py", "")
        self._write("mysite/settings.py", SETTINGS.format(secret=secret, more=settings.replace("\n", "\n    ")))
        self._write("mysite/urls.py", urls or self.urls(suffix))
        self._write("mysite/handlers.py", handlers)
        self._write("accounts/__init__.py", "")
        self._write("accounts/models.py", models)
        self._write("accounts/migrations/__init__.py", "")
        self._write("rest_framework_jwt/__init__.py", f"__version__ = {version!r}")
        self._write("rest_framework_jwt/views.py", PACKAGE.format(suffix=suffix))
        self._write("rest_framework_jwt/authentication.py", """
            from rest_framework.authentication import BaseAuthentication
            class JSONWebTokenAuthentication(BaseAuthentication): pass
        """)
        self._write("rest_framework_jwt/settings.py", self.defaults(fork))
        if fork:
            self._write("rest_framework_jwt/blacklist/__init__.py", "")
        if models:
            self.manage("makemigrations", "accounts")
        self.manage("migrate")

    def _write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip())

    @staticmethod
    def urls(suffix, pattern="^api-token-{}/"):
        names = [("auth", "Obtain"), ("refresh", "Refresh"), ("verify", "Verify")]
        lines = [f're_path(r"{pattern.format(path)}", views.{view}JSONWebToken{suffix}.as_view()),'
                 for path, view in names]
        return ("from django.urls import re_path\nfrom rest_framework_jwt import views\nurlpatterns = [\n"
                + "\n".join(lines) + "\n]\n")

    @staticmethod
    def defaults(fork):
        more = """, "JWT_TOKEN_ID": "include", "JWT_INSIST_ON_KID": False, "JWT_AUTH_COOKIE_SECURE": True,
            "JWT_AUTH_COOKIE_PATH": "/", "JWT_AUTH_COOKIE_SAMESITE": "Lax", "JWT_PAYLOAD_INCLUDE_USER_ID": True,
            "JWT_DELETE_STALE_BLACKLISTED_TOKENS": False"""
        return f"""
            import datetime
            DEFAULTS = {{
            "JWT_ALGORITHM": "HS256", "JWT_VERIFY": True, "JWT_VERIFY_EXPIRATION": True, "JWT_LEEWAY": 0,
            "JWT_EXPIRATION_DELTA": datetime.timedelta(seconds=300), "JWT_ALLOW_REFRESH": {fork},
            "JWT_REFRESH_EXPIRATION_DELTA": datetime.timedelta(days=7), "JWT_AUDIENCE": None,
            "JWT_ISSUER": None, "JWT_AUTH_HEADER_PREFIX": {"Bearer" if fork else "JWT"!r}{more if fork else ""}}}
        """

    def run(self, *words, **options):
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(self.folder),
                       "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(words, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120,
                              **options)

    def manage(self, *words, stdin=""):
        done = self.run(PYTHON, "manage.py", *words, input=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def shell(self, program):
        return self.manage("shell", "-c", textwrap.dedent(program))

    def restjwt(self, *words):
        return self.run(os.environ["RESTJWT_BIN"], *words)

    def dump(self):
        text = self.manage("shell", stdin=self.restjwt("migrate", "django", "snippet").stdout)
        (self.folder / "django.json").write_text(text)
        return text

    def plan(self, *words):
        return self.restjwt("migrate", "django", "plan", "--settings", "django.json", *words)


def default_site(folder):
    """1.x as the README says, on the user model of Django."""
    site = Site(folder, settings="""
JWT_AUTH = {
    "JWT_EXPIRATION_DELTA": datetime.timedelta(hours=1),
    "JWT_ALLOW_REFRESH": True,
    "JWT_LEEWAY": 0,
    "JWT_EXPIRATION_DETLA": datetime.timedelta(hours=2),
}
""")
    site.shell("""
        from django.contrib.auth.models import User
        User.objects.create_superuser("admin", "admin@example.com", "abc123")
        User.objects.create_user("anna", password="abc123")
        User.objects.create_user("Anna", password="abc123")
        User.objects.create_user("gone", password="abc123", is_active=False)
        User.objects.create_user("sso")
        User.objects.create(username=" padded ", password="sha1$$6367c48dd193d56ea7b0baad25b19455e529f5ee")
        User.objects.create(username="red\\x1b[31m", password="not a hash")
    """)
    return site


def email_site(folder):
    """Logs in with the e-mail address, has UUIDs for keys, a short secret and functions of its own."""
    site = Site(folder, secret="short-secret-of-24-bytes", settings="""
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "accounts.ldap.LdapBackend"]
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES":
                  ["rest_framework_jwt.authentication.JSONWebTokenAuthentication"]}
JWT_AUTH = {
    "JWT_EXPIRATION_DELTA": datetime.timedelta(days=1),
    "JWT_AUTH_COOKIE": "jwt",
    "JWT_AUDIENCE": "shop",
    "JWT_RESPONSE_PAYLOAD_HANDLER": "mysite.handlers.answer",
}
""", handlers="""
        def answer(token, user=None, request=None):
            return {"token": token, "name": user.email}
""", models="""
        import uuid
        from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
        from django.db import models

        class People(BaseUserManager):
            def create_user(self, email, password=None, **more):
                person = self.model(email=email, **more)
                person.set_password(password)
                person.save()
                return person

        class Person(AbstractBaseUser):
            id = models.UUIDField(primary_key=True, default=uuid.uuid4)
            email = models.EmailField(unique=True)
            is_active = models.BooleanField(default=True, db_column="enabled")
            company = models.CharField(max_length=40, default="")
            USERNAME_FIELD = "email"
            objects = People()
""", urls=Site.urls("", pattern="^auth/{}/$"))
    site.shell("""
        from accounts.models import Person
        Person.objects.create_user("jp@example.com", "abc123")
        Person.objects.create_user("JP@example.com", "abc123")
        Person.objects.create_user("kim@example.com", "abc123")
    """)
    return site


def fork_site(folder):
    """drf-jwt with RS256, a private key with a kid and a list of public ones."""
    site = Site(folder, version="1.17.3", fork=True, settings=f"""
JWT_AUTH = {{
    "JWT_ALGORITHM": "RS256",
    "JWT_PRIVATE_KEY": open({str(KEYS / "rsa.pem")!r}).read(),
    "JWT_PUBLIC_KEY": [open({str(KEYS / "rsa.pub")!r}).read(), open({str(KEYS / "rsa2.pub")!r}).read()],
    "JWT_ISSUER": "https://id.example",
    "JWT_IMPERSONATION_COOKIE": "acting",
}}
""")
    site.shell("""
        from django.contrib.auth.models import User
        User.objects.create_superuser("admin", "admin@example.com", "abc123")
        User.objects.create_user("plain", password="abc123")
    """)
    return site
