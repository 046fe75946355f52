"""Requests nobody sends by accident. Each gets an ordinary refusal in JSON, and the server lives on."""

import base64
import hashlib
import hmac
import json
import time

import pytest
import requests

from program import SANITIZED, RawConnection, peak_memory_kib


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(secret, header, claims):
    """A token with whatever header and claims, as bytes or as values; its signature is right."""
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims)]
    text = ".".join(b64(part) for part in parts)
    return text + "." + b64(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())


def good_claims():
    return {"user_id": 1, "username": "admin", "exp": int(time.time()) + 200}


HS256 = {"typ": "JWT", "alg": "HS256"}


def refused(status, headers, body):
    """An ordinary 4xx whose body is JSON."""
    assert 400 <= status < 500, status
    assert headers["content-type"] == "application/json"
    assert json.loads(body)


def on_all_doors(site, token):
    """The three answers to a token; none of them lets anybody in."""
    answers = [
        site.whoami(token),
        site.post("/api-token-verify/", {"token": token}),
        site.post("/api-token-refresh/", {"token": token}),
    ]
    for answer in answers:
        refused(answer.status_code, answer.headers, answer.content)
    return [answer.status_code for answer in answers]


def test_the_helper_makes_good_tokens(site):
    """The legitimate twin of what follows."""
    assert site.whoami(signed(site.secret, HS256, good_claims())).json() == {"user": "admin"}


@pytest.mark.parametrize("spelling", [
    "none", "None", "NONE", "nOnE", "none ", "none\0", "ｎone", "", None,
], ids=repr)
def test_alg_none(site, spelling):
    head, _, _ = signed(site.secret, {"typ": "JWT", "alg": spelling}, good_claims()).split(".")
    _, claims, signature = signed(site.secret, HS256, good_claims()).split(".")
    assert on_all_doors(site, f"{head}.{claims}.") == [401, 400, 400]
    assert on_all_doors(site, f"{head}.{claims}.{signature}") == [401, 400, 400]
    assert on_all_doors(site, f"{head}.{claims}") == [401, 400, 400]


@pytest.mark.parametrize("header,claims", [
    (HS256 | {"crit": ["exp"]}, None),
    (HS256 | {"b64": False, "crit": ["b64"]}, None),
    ([], None), ("text", None), ({}, None), (None, None),
    (b'{"typ":"JWT","alg":"HS256","alg":"HS256"}', None),
    (b'{"typ":"JWT","alg":"HS256","\\u0061lg":"none"}', None),
    (HS256, []), (HS256, "admin"), (HS256, 1), (HS256, b"null"),
    (HS256, b'{"user_id":1,"user_id":1}'),
    (HS256, b'{"user_id":1,"exp":NaN}'), (HS256, b'{"user_id":1,"exp":1e400}'),
    (HS256, {"user_id": 1, "exp": "9999999999"}), (HS256, {"user_id": 1, "exp": [9999999999]}),
    (HS256, {"user_id": 1, "exp": None}), (HS256, {"user_id": 1, "nbf": 2**64}),
    (HS256, {"user_id": 1, "iat": "soon"}), (HS256, {"user_id": 10**30}), (HS256, {"user_id": [1]}),
    (HS256, {"user_id": "abc"}), (HS256, {"user_id": 0}), (HS256, {}),
    (HS256, b'{"user_id":1,"x":"\xff"}'), (HS256, b'{"user_id":1,"x":"\\ud800"}'),
    (HS256, b'{"user_id":1,"x":' + b"[" * 3000 + b"]" * 3000 + b"}"),
])
def test_well_signed_nonsense(site, header, claims):
    claims = good_claims() if claims is None else claims
    assert on_all_doors(site, signed(site.secret, header, claims)) == [401, 400, 400]


def test_another_spelling_of_the_same_token(site):
    token = signed(site.secret, HS256, good_claims())
    for bent in (token + "=", token + ".", "." + token, token + "\n", token.replace(".", ". ", 1), token + "!"):
        answer = site.post("/api-token-verify/", {"token": bent})
        assert answer.status_code == 400, bent


def test_a_token_of_a_megabyte(site):
    huge = "a." * 500_000
    answer = site.post("/api-token-verify/", {"token": huge})
    refused(answer.status_code, answer.headers, answer.content)
    assert answer.status_code == 413
    long = "a." * 20_000
    answer = site.post("/api-token-verify/", {"token": long})
    assert (answer.status_code, answer.json()) == (
        400, {"non_field_errors": ["Error decoding signature."]},
    )


@pytest.mark.parametrize("body", [
    b"[" * 30_000, b"[" * 30_000 + b"]" * 30_000, b'{"a":' * 10_000,
    b'{"username":"admin","password":"abc123"', b"{'username':1}", b"\xef\xbb\xbf{}",
    b'{"username":"\xff","password":"x"}', b'{"username":"\xc0\xaf"}', b"\x00", b'{"a":1}\x00',
    b'{"username":1e400}', b"nul", b'{"a":1}{"b":2}',
    b"{" + b",".join(b'"%d":1' % i for i in range(5000)) + b"}",
], ids=lambda body: repr(body[:20]))
def test_bodies_that_are_no_json(site, body):
    answer = requests.post(
        site.url + "/api-token-auth/", data=body, headers={"Content-Type": "application/json"}, timeout=60
    )
    refused(answer.status_code, answer.headers, answer.content)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("JSON parse error - ")


@pytest.mark.parametrize("fields", [
    {"username": "admin\0", "password": "abc123"}, {"username": "admin", "password": "abc123\0"},
    {"username": "ADMIN", "password": "abc123"}, {"username": "admin", "password": "x" * 16_385},
    {"username": ["admin"], "password": "abc123"}, {"username": {"$ne": ""}, "password": {"$ne": ""}},
    {"username": "admin' OR '1'='1", "password": "abc123"}, {"username": "a" * 10_000, "password": "abc123"},
    {"username": True, "password": True},
], ids=lambda fields: repr(fields)[:40])
def test_logins_that_are_no_users(site, fields):
    answer = site.post("/api-token-auth/", fields)
    assert (answer.status_code, answer.json()) == (
        400, {"non_field_errors": ["Unable to login with provided credentials."]},
    )


def test_fifty_thousand_members(site):
    """More than the default body holds; with room for it, still refused and cheap."""
    body = json.dumps({f"k{i}": 1 for i in range(50_000)}).encode()
    answer = requests.post(
        site.url + "/api-token-auth/", data=body, headers={"Content-Type": "application/json"}, timeout=60
    )
    refused(answer.status_code, answer.headers, answer.content)
    assert answer.status_code == 413


@pytest.mark.skipif(SANITIZED, reason="a sanitizer needs memory of its own")
def test_memory_does_not_follow_hostile_input(site):
    site.login()
    before = peak_memory_kib(site.process.pid)
    for body in (b"[" * 60_000, b'{"token":"' + b"." * 60_000 + b'"}', b"x=" * 30_000, b"&" * 60_000):
        for kind in ("application/json", "application/x-www-form-urlencoded"):
            requests.post(
                site.url + "/api-token-verify/", data=body, headers={"Content-Type": kind}, timeout=60
            )
    assert peak_memory_kib(site.process.pid) - before < 16 * 1024


def exchange(site, data):
    connection = RawConnection(site.port)
    try:
        connection.send(data)
        return connection.read_all()
    finally:
        connection.close()


HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize("head,body", [
    (b"Content-Length: 6\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
    (b"Transfer-Encoding: chunked\r\nContent-Length: 6", b"0\r\n\r\n"),
    (b"Content-Length: 0\r\nContent-Length: 44", b""),
    (b"Content-Length: 0, 44", b""),
    (b"Content-Length: +0", b""), (b"Content-Length: 0x0", b""), (b"Content-Length: -1", b""),
    (b"Content-Length : 0", b""), (b"Content-Length: 99999999999999999999", b""),
    (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
    (b"Transfer-Encoding: identity, chunked", b"0\r\n\r\n"),
    (b"Transfer-Encoding: xchunked", b"0\r\n\r\n"),
    (b"Transfer-Encoding: \x0bchunked", b"0\r\n\r\n"),
    (b"Transfer-Encoding: chunked", b"0x0\r\n\r\n"),
    (b"Transfer-Encoding: chunked", b"fffffffffffffffff1\r\n\r\n"),
    (b"Transfer-Encoding: chunked", b"1\nA\r\n0\r\n\r\n"),
    (b"Transfer-Encoding: chunked", b"1\r\nAA0\r\n\r\n"),
    (b"X: a\r\n b", b""), (b"X: a\nY: b", b""), (b"X: a\rY: b", b""), (b"X: a\0b", b""),
    (b": nameless", b""), (b"no colon", b""), (b"Host: y", b""),
], ids=lambda part: repr(part)[:50])
def test_two_ways_to_read_a_request(site, head, body):
    """Refused with 400, the connection closed, and what might be a second request not answered."""
    answers = exchange(
        site, b"POST /api-token-verify/ HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n" + body + HIDDEN
    )
    assert len(answers) == 1, answers
    refused(*answers[0])
    assert answers[0][1].get("connection") == "close"


def test_well_framed_requests_in_one_packet_are_all_answered(site):
    """The legitimate twin."""
    chunked = (
        b"POST /api-token-verify/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    )
    last = HIDDEN.replace(b"Host: x", b"Host: x\r\nConnection: close")
    answers = exchange(site, chunked + HIDDEN + last)
    assert [answer[0] for answer in answers] == [400, 200, 200]
    assert json.loads(answers[0][2]) == {"token": ["This field is required."]}


@pytest.mark.parametrize("request_bytes,statuses", [
    (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", {414}),
    (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 9000 + b"\r\n\r\n", {431}),
    (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 200 + b"\r\n", {431}),
    (b"GET / HTTP/1.1\r\nHost: x\r\n" + (b"X: " + b"a" * 7000 + b"\r\n") * 6 + b"\r\n", {431}),
    (b"POST /api-token-auth/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", {413}),
    (b"POST /api-token-auth/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
     b"1ffff\r\n" + b"a" * 0x1FFFF + b"\r\n0\r\n\r\n", {413}),
    (b"GET / HTTP/1.1\r\n\r\n", {400}), (b"GET / HTTP/3.7\r\nHost: x\r\n\r\n", {400, 505}),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {400}),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}), (b"GET\r\n\r\n", {400}),
], ids=lambda part: repr(part)[:40])
def test_limits_and_noise(site, request_bytes, statuses):
    answers = exchange(site, request_bytes)
    assert len(answers) == 1
    refused(*[{505: 400}.get(part, part) if i == 0 else part for i, part in enumerate(answers[0])])
    assert answers[0][0] in statuses


@pytest.mark.parametrize("path", [
    "//protected-url/", "/./protected-url/", "/x/../protected-url/", "/Protected-Url/", "/protected-url/x",
    "/%70rotected-url/", "/protected-url%2f", "/protected-url/%00", "/protected-url;/", "/protected-url/.json",
    "/api-token-auth/whatever", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/\xff/",
])
def test_other_spellings_of_a_path_lead_nowhere(site, path):
    token = site.login()
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: JWT {token}\r\n\r\n"
    (answer,) = exchange(site, head.encode("latin-1"))
    refused(*answer)
    assert answer[0] in (400, 404)


def test_a_connection_that_stays_does_not_remember_who_asked(site):
    token = site.login()
    connection = RawConnection(site.port)
    ask = "GET /protected-url/ HTTP/1.1\r\nHost: x\r\n{}\r\n"
    connection.send(ask.format(f"Authorization: JWT {token}\r\n").encode())
    assert connection.read_response()[0] == 200
    connection.send(ask.format("").encode())
    assert connection.read_response()[0] == 401
    connection.close()


@pytest.mark.parametrize("header", [
    "Authorization_: JWT {}", "X-Authorization: JWT {}", "X-Original-Authorization: JWT {}",
    "Proxy-Authorization: JWT {}", "Cookie: Authorization=JWT {}", "Authorization: Bearer {}",
    "Authorization: JWT", "Authorization: JWT {} x", "Authorization: JWT {}\r\nAuthorization: JWT {}",
    "X-Remote-User: admin", "Remote-User: admin",
])
def test_no_other_header_lets_anybody_in(site, header):
    token = site.login()
    head = "GET /protected-url/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    (answer,) = exchange(site, (head + header.replace("{}", token) + "\r\n\r\n").encode())
    refused(*answer)
    assert answer[0] in (400, 401)


def test_the_stored_hash_is_not_a_password(site):
    import sqlite3

    with sqlite3.connect(site.folder / "restjwt.db") as database:
        (stored,) = database.execute("SELECT password FROM auth_user WHERE id = 1").fetchone()
    assert site.post("/api-token-auth/", {"username": "admin", "password": stored}).status_code == 400


@pytest.mark.parametrize("more", [
    "Origin: http://evil.example", "Origin: null", "Origin:", "Origin: \xff", "Origin: http://x\r\nOrigin: http://x",
    "Origin: http://x\r\n" * 90 + "A: b", "Origin: " + "a" * 8000, "Origin: http://" + "x" * 8000,
    "Origin: http://x:" + "8" * 8000, "Referer: " + "/" * 8000, "Referer: http://x@evil.example/",
    "Sec-Fetch-Site: cross-site", "Cookie: csrftoken=" + "c" * 8000, "X-CSRFToken: " + "c" * 8000,
    "X-CSRFToken:", "Origin: http://x\r\nHost: evil.example",
], ids=lambda more: more[:30])
def test_a_cookie_lets_no_odd_page_in(make_site, more):
    site = make_site(jwt_auth='JWT_AUTH_COOKIE = "jwt"')
    site.add_user("admin")
    site.start()
    head = f"POST /protected-url/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nCookie: jwt={site.login()}\r\n"
    connection = RawConnection(site.port)
    good = head + "Origin: http://x\r\nX-Requested-With: x\r\n\r\n"
    connection.send(good.encode())
    assert connection.read_response()[0] == 200
    connection.send((head + more + "\r\n\r\n").encode("latin-1"))
    refused(*connection.read_response())
    connection.close()
    for host in (":80", "[", "x:99999999", "x,y", "%78", "-"):
        connection = RawConnection(site.port)
        connection.send(good.replace("Host: x", f"Host: {host}").encode())
        refused(*connection.read_response())
        connection.close()
    assert site.whoami(site.login()).status_code == 200
