"""Django's models on the table that restjwt made; for restjwt on Django's, see test_django_beside.py."""

import json
import subprocess
import time

PRELUDE = """
import json, sys
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}},
    USE_TZ=True,
)
django.setup()
from django.contrib.auth.models import User
"""


def django(site, code):
    """Runs the code beside a Django that uses the site's database; what it prints, as JSON."""
    done = subprocess.run(
        ["/usr/bin/python3", "-c", PRELUDE + code, str(site.folder / "restjwt.db")],
        capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_django_reads_a_user_of_ours(make_site):
    site = make_site(top='PASSWORD_HASHER = "pbkdf2_sha256"')
    site.add_user("jürgen", "pässwörd✓", "--email", "j@example.com", "--staff")
    seen = django(
        site,
        """
user = User.objects.get(username="jürgen")
print(json.dumps({
    "id": user.pk, "email": user.email, "active": user.is_active, "staff": user.is_staff,
    "super": user.is_superuser, "joined": user.date_joined is not None, "last": user.last_login,
    "names": [user.first_name, user.last_name],
    "right": user.check_password("pässwörd✓"), "wrong": user.check_password("passwort"),
}))
""",
    )
    assert seen == {
        "id": 1, "email": "j@example.com", "active": True, "staff": True, "super": False,
        "joined": True, "last": None, "names": ["", ""], "right": True, "wrong": False,
    }


def test_a_user_made_by_django_logs_in_here(site):
    """Made while we serve: seen at once, with no restart."""
    assert django(
        site, 'print(json.dumps(User.objects.create_user("django", "d@example.com", " abc 123 ").pk))'
    ) == 2
    token = site.login("django", " abc 123 ")
    assert site.whoami(token).json() == {"user": "django"}
    answer = site.post("/api-token-auth/", {"username": "django", "password": "abc 123"})
    assert answer.status_code == 400


def test_a_hash_of_django_is_upgraded_at_login_and_still_logs_in(site):
    django(site, 'print(json.dumps(User.objects.create_user("django", password="abc123").pk))')
    site.login("django")
    stored = 'print(json.dumps(User.objects.get(username="django").password))'
    assert django(site, stored).startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    site.login("django")


def test_a_user_disabled_by_django_is_out(site):
    token = site.login()
    assert site.whoami(token).status_code == 200
    django(site, 'print(json.dumps(User.objects.filter(username="admin").update(is_active=False)))')
    since = time.monotonic()
    while site.whoami(token).status_code == 200:
        assert time.monotonic() - since < 5, "still let in long after the change"
    assert site.whoami(token).status_code == 401
