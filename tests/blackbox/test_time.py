"""The clock is the machine's own: libfaketime moves it under the whole program."""

import calendar
import glob

import jwt
import pytest

from program import SANITIZED

LIBRARY = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")

pytestmark = [
    pytest.mark.skipif(SANITIZED, reason="a sanitizer wants to be the first library itself"),
    pytest.mark.skipif(not LIBRARY, reason="libfaketime is not here"),
]


def at(text):
    return calendar.timegm(tuple(int(part) for part in text.replace(" ", "-").replace(":", "-").split("-")))


class FakeClock:
    """Stands still at an instant until it is set to another."""

    def __init__(self, site):
        self.file = site.folder / "now"
        site.environment.update(
            LD_PRELOAD=LIBRARY[0], FAKETIME_TIMESTAMP_FILE=str(self.file), FAKETIME_NO_CACHE="1",
            FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1", TZ="UTC",
        )

    def set(self, text):
        new = self.file.with_suffix(".new")
        new.write_text(text + "\n")
        new.replace(self.file)


@pytest.fixture
def timed(make_site):
    site = make_site()
    site.add_user("admin")
    clock = FakeClock(site)
    clock.set("2031-05-06 07:08:09")
    return site.start(), clock


def test_exp_and_orig_iat_come_from_the_clock(timed):
    site, _ = timed
    claims = jwt.decode(
        site.login(), site.secret, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False}
    )
    assert claims["orig_iat"] == at("2031-05-06 07:08:09")
    assert claims["exp"] == at("2031-05-06 07:13:09")


def test_a_token_is_good_in_its_last_second_and_not_after(timed):
    site, clock = timed
    token = site.login()
    clock.set("2031-05-06 07:13:09")
    assert site.whoami(token).status_code == 200
    clock.set("2031-05-06 07:13:10")
    answer = site.whoami(token)
    assert (answer.status_code, answer.json()) == (401, {"detail": "Signature has expired."})
    answer = site.post("/api-token-verify/", {"token": token})
    assert (answer.status_code, answer.json()) == (
        400, {"non_field_errors": ["Signature has expired."]},
    )


def test_a_token_of_ten_minutes_ago_is_expired(timed):
    site, _ = timed
    old = jwt.encode({"user_id": 1, "exp": at("2031-05-06 06:58:09") + 300}, site.secret, "HS256")
    assert site.whoami(old).json() == {"detail": "Signature has expired."}


def test_refresh_ends_seven_days_after_the_login(make_site):
    site = make_site(jwt_auth='JWT_EXPIRATION_DELTA = "30d"')
    site.add_user("admin")
    clock = FakeClock(site)
    clock.set("2031-05-06 07:08:09")
    token = site.start().login()
    clock.set("2031-05-13 07:08:09")
    fresh = site.post("/api-token-refresh/", {"token": token})
    assert fresh.status_code == 200
    clock.set("2031-05-13 07:08:10")
    for late in (token, fresh.json()["token"]):
        answer = site.post("/api-token-refresh/", {"token": late})
        assert (answer.status_code, answer.json()) == (
            400, {"non_field_errors": ["Refresh has expired"]},
        )
