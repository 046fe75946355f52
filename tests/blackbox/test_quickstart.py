"""The lines of the README, typed into a real shell."""

import json
import subprocess

import requests


def curl(line, site, token=""):
    line = line.replace("localhost:8000", f"localhost:{site.port}").replace("<your_token>", token)
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_five_lines(site):
    token = json.loads(
        curl('curl -X POST -d "username=admin&password=abc123" http://localhost:8000/api-token-auth/', site)
    )["token"]
    again = json.loads(
        curl(
            'curl -X POST -H "Content-Type: application/json" '
            """-d '{"username":"admin","password":"abc123"}' http://localhost:8000/api-token-auth/""",
            site,
        )
    )
    assert list(again) == ["token"]

    whoami = 'curl -H "Authorization: JWT <your_token>" http://localhost:8000/protected-url/'
    assert curl(whoami, site, token) == '{"user": "admin"}'
    assert curl(whoami.replace("curl", "curl -X POST", 1), site, token) == '{"user": "admin"}'

    fresh = json.loads(
        curl(
            'curl -X POST -H "Content-Type: application/json" '
            """-d '{"token":"<your_token>"}' http://localhost:8000/api-token-refresh/""",
            site,
            token,
        )
    )["token"]
    assert curl(whoami, site, fresh) == '{"user": "admin"}'

    verified = curl(
        'curl -X POST -H "Content-Type: application/json" '
        """-d '{"token":"<your_token>"}' http://localhost:8000/api-token-verify/""",
        site,
        token,
    )
    assert json.loads(verified) == {"token": token}


def test_a_wrong_password_gets_the_original_sentence(site):
    answer = site.post("/api-token-auth/", {"username": "admin", "password": "abc124"})
    assert answer.status_code == 400
    assert answer.json() == {"non_field_errors": ["Unable to login with provided credentials."]}


def test_without_a_token_the_protected_url_challenges(site):
    answer = requests.get(site.url + "/protected-url/", timeout=60)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'JWT realm="api"'
    assert answer.json() == {"detail": "Authentication credentials were not provided."}


def test_health_is_told_without_credentials(site):
    assert requests.get(site.url + "/healthz", timeout=60).status_code == 200
    assert requests.get(site.url + "/readyz", timeout=60).status_code == 200


def test_a_user_disabled_by_another_process_is_out_within_a_second(site):
    import time

    token = site.login()
    assert site.whoami(token).status_code == 200
    site.run("users", "disable", "admin")
    done = time.monotonic()
    while site.whoami(token).status_code == 200:
        assert time.monotonic() - done < 5, "still let in long after the change"
    assert site.whoami(token).json() == {"detail": "Invalid signature"}
