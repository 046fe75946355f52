#!/usr/bin/python3
"""Records what djangorestframework-simplejwt answers, as tests/server/replay_simplejwt_test.cpp replays it:

    tools/record-simplejwt.py [tests/data/exchanges/simplejwt.jsonl]

Debian's python3-django, python3-djangorestframework and python3-djangorestframework-simplejwt, unmodified,
serve on loopback in a project made by `startproject` (tests/blackbox/pairs_site.py). libfaketime stops
their clock. Every scenario begins with the same users. The format is that of the other recordings there,
of which tests/server/replay_test.cpp tells; a value in "uses" names, beside the step, the member that held
it. Run again, the file differs in the tokens' ids and signatures only."""

import base64
import datetime
import glob
import hashlib
import hmac
import json
import pathlib
import shutil
import socket
import sys
import tempfile
import urllib.parse

import jwt

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/blackbox"))
sys.dont_write_bytecode = True
from pairs_site import start_pairs_project  # noqa: E402

SECRET = "reference-secret-key-0123456789abcdef"
KEYS = ROOT / "tests/data/keys"
BEGIN = 1795608000  # 2026-11-25 12:00:00 UTC
MINUTE, DAY = 60, 86400
KEPT = ("content-type", "vary", "allow", "x-frame-options", "x-content-type-options", "referrer-policy",
        "www-authenticate", "set-cookie", "location")

OBTAIN, REFRESH, VERIFY, BLACKLIST = (
    "/api/token/", "/api/token/refresh/", "/api/token/verify/", "/api/token/blacklist/")
PROTECTED = "/protected-url/"
ADMIN = {"username": "admin", "password": "abc123"}

ROTATE = {"ROTATE_REFRESH_TOKENS": "True"}
BURN = ROTATE | {"BLACKLIST_AFTER_ROTATION": "True"}
SLIDING_CLASS = {"AUTH_TOKEN_CLASSES": "('rest_framework_simplejwt.tokens.SlidingToken',)"}
BOTH_CLASSES = {"AUTH_TOKEN_CLASSES": "('rest_framework_simplejwt.tokens.AccessToken',"
                                      "'rest_framework_simplejwt.tokens.SlidingToken')"}

USERS = """
def add(name, password="abc123", **more):
    User.objects.create_user(name, password=password, **more)
add("admin", email="admin@example.com", is_staff=True, is_superuser=True)
add("inactive", is_active=False)
add("ünïcødé", "pässwörd✓", email="uni@example.com")
add("spaced", " abc 123 ")
add("unusable", None)
add('quo"te\\\\back')
add("plain", email="plain@example.com")
add("longpw", "x" * 5000)
add("123", "456")
"""


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def part(token, index):
    text = token.split(".")[index]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def is_token(value):
    return isinstance(value, str) and value.startswith("eyJ") and value.count(".") == 2


# A body without a type is not among the exchanges: wsgiref says text/plain then.


class Site:
    """The server, started again where the settings change."""

    def __init__(self, folder):
        self.project = start_pairs_project(folder)
        self.project.shell(USERS)
        self.users = self.project.database.read_bytes()
        self.now = pathlib.Path(folder) / "now"
        self.settings = None
        # After this they pass through libfaketime, whose clock stands still.
        self.project.environment = self.project.environment | {
            "LD_PRELOAD": glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")[0],
            "FAKETIME_TIMESTAMP_FILE": str(self.now), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "TZ": "UTC",
        }
        self.set_clock(BEGIN)

    def set_clock(self, at):
        new = self.now.with_suffix(".new")
        new.write_text(f"{datetime.datetime.utcfromtimestamp(at):%Y-%m-%d %H:%M:%S}\n")
        new.replace(self.now)

    def prepare(self, settings):
        if settings != self.settings:
            self.project.stop()
            source = {"SIGNING_KEY": repr(SECRET)} | settings
            for name, value in source.items():
                if value.startswith("'@keys/"):
                    source[name] = repr((KEYS / value[7:-1]).read_text())
            self.project.configure(source)
            self.project.start()
            self.settings = settings
        self.project.database.write_bytes(self.users)

    def exchange(self, request):
        where = urllib.parse.urlsplit(self.project.url)
        with socket.create_connection((where.hostname, where.port), timeout=60) as connection:
            connection.sendall(request)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        head, body = answer.split(b"\r\n\r\n", 1)
        status, *fields = head.decode("latin-1").split("\r\n")
        headers = [field.split(": ", 1) for field in fields]
        return int(status.split()[1]), [h for h in headers if h[0].lower() in KEPT], body

    def end(self):
        self.project.stop()


class Scenario:
    """Exchanges that depend on each other, on a database of their own."""

    def __init__(self, recorder, name, settings, at=BEGIN):
        self.recorder, self.name, self.settings, self.at = recorder, "simplejwt/" + name, settings, at
        self.lines, self.issued, self.minted = [], [], []
        recorder.site.prepare(settings)

    def later(self, seconds):
        self.at += seconds

    def claims(self, kind, **changes):
        """What the site would put into a token; None takes a claim out."""
        life = {"access": 5 * MINUTE, "refresh": DAY, "sliding": 5 * MINUTE}[kind]
        claims = {"token_type": kind, "exp": self.at + life, "iat": self.at,
                  "jti": hashlib.md5(f"{self.name}{len(self.minted)}".encode()).hexdigest(), "user_id": 1}
        if kind == "sliding":
            claims["refresh_exp"] = self.at + DAY
        return {k: v for k, v in (claims | changes).items() if v is not None}

    def mint(self, claims, key=SECRET, alg="HS256", header=None, tamper=None):
        """`claims`: an object, or the payload's very text."""
        header = {"alg": alg, "typ": "JWT"} if header is None else header
        texts = [t if isinstance(t, str) else compact(t) for t in (header, claims)]
        signed = ".".join(b64url(t.encode()) for t in texts)
        if alg.startswith("HS"):
            signature = hmac.new(key.encode(), signed.encode(), "sha" + alg[2:]).digest()
        elif alg == "none":
            signature = b""
        else:
            signer = jwt.get_algorithm_by_name(alg) if hasattr(jwt, "get_algorithm_by_name") else \
                jwt.algorithms.get_default_algorithms()[alg]
            signature = signer.sign(signed.encode(), signer.prepare_key(key))
        token = whole = f"{signed}.{b64url(signature)}"
        if tamper == "signature":
            first = whole.rindex(".") + 1
            token = whole[:first] + ("B" if whole[first] == "A" else "A") + whole[first + 1:]
        elif tamper == "payload":
            token = ".".join([whole.split(".")[0], b64url(texts[1].replace('"user_id":1', '"user_id":7').encode()),
                              whole.split(".")[2]])
        elif tamper:
            token = whole + tamper
        self.minted.append({"raw": token, "key": key, "alg": alg, "header": texts[0], "payload": texts[1],
                            "tamper": tamper})
        return token

    def post(self, path, body=None, content="application/json", headers=(), method="POST"):
        """`body`: bytes as they are; anything else as JSON. The answer's body, where it is JSON."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body, ensure_ascii=False).encode()
        head = [["Host", "127.0.0.1:8000"]]
        if content and body is not None:
            head.append(["Content-Type", content])
        head += [list(header) for header in headers]
        head.append(["Connection", "close"])
        if body is not None:
            head.append(["Content-Length", str(len(body))])
        return self.record(method, path, head, body)

    def get(self, path=PROTECTED, authorization=None, headers=(), method="GET"):
        more = [("Authorization", authorization)] if authorization is not None else []
        return self.post(path, None, headers=[*more, *headers], method=method)

    def record(self, method, path, head, body):
        text = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in head) + "\r\n"
        sent = text.encode("latin-1") + (body or b"")
        self.recorder.site.set_clock(self.at)
        status, headers, answer = self.recorder.site.exchange(sent)
        if method == "HEAD":
            answer = b""  # wsgiref leaves a body there
        step = len(self.lines)
        line = {
            "profile": "simplejwt", "scenario": self.name, "step": step, "id": self.name,
            "settings": self.settings, "at": self.at, "at_us": 0,
            "request": {"method": method, "path": path, "headers": head,
                        "body_b64": None if body is None else base64.b64encode(body).decode()},
            "response": {"status": status, "headers": headers, "body_b64": base64.b64encode(answer).decode()},
        }
        try:
            members = json.loads(answer)
        except ValueError:
            members = None
        tokens = {k: v for k, v in members.items() if is_token(v)} if isinstance(members, dict) else {}
        if tokens:
            line["issued"] = [{"json_pointer": "/" + name, "header": part(token, 0), "payload": part(token, 1)}
                              for name, token in tokens.items()]
        uses = {f"{member} of step {of}": {"from_step": of, "json_pointer": "/" + member, "recorded": token}
                for of, member, token in self.issued if token.encode() in sent}
        if uses:
            line["uses"] = uses
        minted = [one for one in self.minted if one["raw"].encode() in sent]
        if minted:
            line["minted"] = minted
        self.issued += [(step, name, token) for name, token in tokens.items()]
        self.lines.append(line)
        return members

    def end(self):
        if len(self.lines) > 1:
            for line in self.lines:
                line["id"] += f"#{line['step'] + 1}"
        self.recorder.lines += self.lines


class Recorder:
    def __init__(self, site):
        self.site, self.lines, self.scenarios = site, [], []

    def scenario(self, name, run, settings={}):
        self.scenarios.append((name, run, settings))

    def run(self):
        """One server for all scenarios that want the same settings."""
        for name, run, settings in sorted(self.scenarios, key=lambda s: compact(s[2])):
            scenario = Scenario(self, name, settings)
            run(scenario)
            scenario.end()
        order = {name: i for i, (name, _, _) in enumerate(self.scenarios)}
        assert len(order) == len(self.scenarios), "two scenarios of one name"
        self.lines.sort(key=lambda line: (order[line["scenario"].removeprefix("simplejwt/")], line["step"]))


def form(**fields):
    return urllib.parse.urlencode(fields).encode()


FORM = "application/x-www-form-urlencoded"


def multipart(boundary="XyZ", **fields):
    parts = "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                    for name, value in fields.items())
    return f"{parts}--{boundary}--\r\n".encode()


def obtain(add):
    def one(name, body, **how):
        add("obtain." + name, lambda s: s.post(OBTAIN, body, **how))

    one("json.ok", ADMIN)
    one("json.charset", ADMIN, content="application/json; charset=utf-8")
    one("json.type_in_capitals", ADMIN, content="Application/JSON")
    one("json.extra_fields", ADMIN | {"next": "/", "token": "x"})
    one("json.unicode", {"username": "ünïcødé", "password": "pässwörd✓"})
    one("json.duplicate_last_wins", b'{"username": "plain", "username": "admin", "password": "abc123"}')
    one("form.ok", form(**ADMIN), content=FORM)
    one("form.unicode", form(username="ünïcødé", password="pässwörd✓"), content=FORM)
    one("form.wrong", form(username="admin", password="no"), content=FORM)
    one("form.missing", form(username="admin"), content=FORM)
    one("form.blank", b"username=&password=", content=FORM)
    one("multipart.ok", multipart(**ADMIN), content="multipart/form-data; boundary=XyZ")
    one("multipart.missing", multipart(username="admin"), content="multipart/form-data; boundary=XyZ")
    one("multipart.no_boundary", multipart(**ADMIN), content="multipart/form-data")
    one("type.xml", b"<a/>", content="application/xml")
    one("type.text", b"username=admin", content="text/plain")
    one("type.vendor_json", ADMIN, content="application/vnd.api+json")
    one("empty.json", b"")
    one("empty.no_body", None)
    one("empty.form", b"", content=FORM)
    for name, body in {"garbage": b"username", "truncated": b'{"username": "admin"', "latin1": b'{"username": "\xe9"}',
                       "bom": b"\xef\xbb\xbf{}", "nan": b'{"username": NaN, "password": "abc123"}'}.items():
        one("json." + name, body)
    for name, body in {"array": b"[]", "array_of_objects": b"[{}]", "string": b'"admin"', "number": b"1",
                       "null": b"null", "false": b"false", "object": b"{}"}.items():
        one("json_type." + name, body)
    for name, change in {
        "missing_username": {"username": ...}, "missing_password": {"password": ...},
        "blank_username": {"username": ""}, "blank_password": {"password": ""},
        "spaces_username": {"username": "  "}, "spaces_password": {"password": "  "},
        "null_username": {"username": None}, "null_password": {"password": None},
        "null_both": {"username": None, "password": None}, "bool_username": {"username": True},
        "bool_password": {"password": True}, "list_username": {"username": ["admin"]},
        "list_password": {"password": ["abc123"]}, "object_username": {"username": {"a": 1}},
        "float_password": {"password": 4.5}, "numbers": {"username": 123, "password": 456},
        "nul_username": {"username": "ad\0min"}, "nul_password": {"password": "abc\0123"},
        "padded_username": {"username": " admin "},
    }.items():
        one("fields." + name, {k: v for k, v in (ADMIN | change).items() if v is not ...})
    for name, username, password in [
        ("wrong_password", "admin", "abc124"), ("password_case", "admin", "ABC123"),
        ("unknown_user", "nobody", "abc123"),
        ("username_case", "ADMIN", "abc123"), ("inactive", "inactive", "abc123"),
        ("inactive_wrong_password", "inactive", "abc124"), ("unusable", "unusable", "abc123"),
        ("own_spaces", "spaced", " abc 123 "), ("padded_password", "admin", " abc123 "),
        ("quote_backslash", 'quo"te\\back', "abc123"), ("long_password", "longpw", "x" * 5000),
        ("long_username", "a" * 1000, "abc123"),
    ]:
        one("creds." + name, {"username": username, "password": password})
    one("ignores_bad_header", ADMIN, headers=[("Authorization", "Bearer nonsense")])
    one("ignores_header_of_two_words", ADMIN, headers=[("Authorization", "Bearer")])
    for name, accept in {"any": "*/*", "json": "application/json", "json_indent": "application/json; indent=4",
                         "xml": "application/xml", "image_or_json": "image/png, application/json;q=0.5"}.items():
        one("accept." + name, {}, headers=[("Accept", accept)])
    for name, query in {"json": "json", "unknown": "xml"}.items():
        add("obtain.format_" + name, lambda s, q=query: s.post(f"{OBTAIN}?format={q}", {}))


def methods(add):
    paths = {"obtain": OBTAIN, "refresh": REFRESH, "verify": VERIFY, "blacklist": BLACKLIST}
    for name, path in paths.items():
        for method in ("GET", "OPTIONS"):
            add(f"method.{name}.{method}", lambda s, p=path, m=method: s.get(p, method=m))
        add(f"path.{name}.no_slash", lambda s, p=path: s.get(p.rstrip("/")))
    for method in ("PUT", "PATCH", "DELETE", "HEAD", "FOO"):
        add(f"method.obtain.{method}", lambda s, m=method: s.get(OBTAIN, method=m))
    add("method.refresh.PUT", lambda s: s.post(REFRESH, {}, method="PUT"))
    add("method.verify.HEAD", lambda s: s.get(VERIFY, method="HEAD"))
    add("path.obtain.suffix", lambda s: s.post(OBTAIN + "x", ADMIN))
    for name in ("obtain", "refresh"):
        add(f"method.sliding_{name}.OPTIONS", lambda s, p=paths[name]: s.get(p, method="OPTIONS"), SLIDING_CLASS)
    for method in ("OPTIONS", "HEAD", "DELETE"):
        add(f"method.protected.{method}", lambda s, m=method: s.get(method=m))


# Tokens that a door may be given: name → (kind, how it is made). `kind` is the door's own unless given.
def odd_tokens(kind):
    life = {"access": 5 * MINUTE, "refresh": DAY, "sliding": 5 * MINUTE}[kind]
    return {
        "ok": lambda s: s.mint(s.claims(kind)),
        "expired": lambda s: s.mint(s.claims(kind, exp=s.at - 1, iat=s.at - life)),
        "exp_now": lambda s: s.mint(s.claims(kind, exp=s.at)),
        "exp_in_a_second": lambda s: s.mint(s.claims(kind, exp=s.at + 1)),
        "exp_missing": lambda s: s.mint(s.claims(kind, exp=None)),
        "exp_text": lambda s: s.mint(s.claims(kind, exp="soon")),
        "jti_missing": lambda s: s.mint(s.claims(kind, jti=None)),
        "type_missing": lambda s: s.mint(s.claims(kind, token_type=None)),
        "type_unknown": lambda s: s.mint(s.claims(kind, token_type="pass")),
        "type_number": lambda s: s.mint(s.claims(kind, token_type=1)),
        "user_missing": lambda s: s.mint(s.claims(kind, user_id=None)),
        "user_gone": lambda s: s.mint(s.claims(kind, user_id=999)),
        "user_inactive": lambda s: s.mint(s.claims(kind, user_id=2)),
        "user_text": lambda s: s.mint(s.claims(kind, user_id="1")),
        "extra_claims": lambda s: s.mint(s.claims(kind, shop="north", roles=["a", "b"])),
        "iat_future": lambda s: s.mint(s.claims(kind, iat=s.at + 3600)),
        "nbf_future": lambda s: s.mint(s.claims(kind, nbf=s.at + 3600)),
        "aud_unexpected": lambda s: s.mint(s.claims(kind, aud="shop")),
        "tampered_signature": lambda s: s.mint(s.claims(kind), tamper="signature"),
        "tampered_payload": lambda s: s.mint(s.claims(kind), tamper="payload"),
        "padded_signature": lambda s: s.mint(s.claims(kind), tamper="="),
        "other_secret": lambda s: s.mint(s.claims(kind), key="another" + SECRET),
        "alg_hs512": lambda s: s.mint(s.claims(kind), alg="HS512"),
        "alg_none": lambda s: s.mint(s.claims(kind), alg="none"),
        "duplicate_claim": lambda s: s.mint(compact(s.claims(kind))[:-1] + ',"user_id":1}'),
        "garbage": lambda s: "garbage",
        "two_parts": lambda s: s.mint(s.claims(kind)).rsplit(".", 1)[0],
    }


def others(kind):
    return {f"{other}_in_its_place": (lambda s, o=other: s.mint(s.claims(o)))
            for other in ("access", "refresh", "sliding") if other != kind}


def doors(add):
    for door, path, member, kind in [("refresh", REFRESH, "refresh", "refresh"), ("verify", VERIFY, "token", "access"),
                                     ("blacklist", BLACKLIST, "refresh", "refresh"),
                                     ("sliding_refresh", REFRESH, "token", "sliding")]:
        settings = SLIDING_CLASS if kind == "sliding" else {}
        tokens = odd_tokens(kind) | others(kind)
        if door in ("verify", "blacklist"):
            tokens = {name: make for name, make in tokens.items() if name in (
                "ok", "expired", "jti_missing", "exp_missing", "type_missing", "user_gone", "user_inactive",
                "user_missing", "tampered_signature", "other_secret", "alg_none", "garbage")
                or name.endswith("_in_its_place")}
        for name, make in tokens.items():
            add(f"{door}.{name}", lambda s, p=path, m=member, t=make: s.post(p, {m: t(s)}), settings)
        for name, body in {"missing": b"{}", "array": b"[]", "malformed": b"{"}.items():
            add(f"{door}.body.{name}", lambda s, p=path, b=body: s.post(p, b), settings)
        for name, value in {"null": None, "blank": "", "number": 1, "list": ["x"], "bool": True}.items():
            add(f"{door}.body.{name}", lambda s, p=path, m=member, v=value: s.post(p, {m: v}), settings)
        add(f"{door}.body.form", lambda s, p=path, m=member, k=kind: s.post(
            p, form(**{m: s.mint(s.claims(k))}), content=FORM), settings)
        add(f"{door}.body.text_plain", lambda s, p=path: s.post(p, b"x", content="text/plain"), settings)
    add("refresh.body.padded_token", lambda s: s.post(REFRESH, {"refresh": f" {s.mint(s.claims('refresh'))} "}))
    add("refresh.header_not_read", lambda s: s.post(
        REFRESH, {}, headers=[("Authorization", "Bearer " + s.mint(s.claims("refresh")))]))
    for name in ("refresh_exp_past", "refresh_exp_now", "refresh_exp_missing"):
        value = {"past": -1, "now": 0, "missing": None}[name.rsplit("_", 1)[1]]
        add(f"sliding_refresh.{name}", lambda s, v=value: s.post(REFRESH, {"token": s.mint(
            s.claims("sliding", refresh_exp=None if v is None else s.at + v))}), SLIDING_CLASS)


def header(add):
    tokens = odd_tokens("access") | others("access")
    for name, make in tokens.items():
        add(f"auth.{name}", lambda s, t=make: s.get(authorization="Bearer " + t(s)))
    for name, words in {
        "lower_case": "bearer {}", "capitals": "BEARER {}", "jwt": "JWT {}", "basic": "Basic YTpi",
        "prefix_only": "Bearer",
        "prefix_and_space": "Bearer ", "three_parts": "Bearer {} x", "two_spaces": "Bearer  {}", "tab": "Bearer\t{}",
        "empty": "", "token_only": "{}", "comma": "Bearer, {}", "quoted": 'Bearer "{}"',
    }.items():
        add(f"header.{name}", lambda s, w=words: s.get(authorization=w.format(s.mint(s.claims("access")))))
    add("header.none", lambda s: s.get())
    add("header.post", lambda s: s.post(PROTECTED, {}, headers=[
        ("Authorization", "Bearer " + s.mint(s.claims("access")))]))
    two = {"AUTH_HEADER_TYPES": "('Token','Bearer')"}
    for name, words in {"first": "Token {}", "second": "Bearer {}", "other": "JWT {}", "first_lower": "token {}",
                        "bad": "Token nonsense", "none": None}.items():
        add(f"two_types.{name}", lambda s, w=words: s.get(
            authorization=w and w.format(s.mint(s.claims("access")))), two)
    add("two_types.wrong_password", lambda s: s.post(OBTAIN, ADMIN | {"password": "no"}), two)
    own = {"AUTH_HEADER_NAME": "'HTTP_X_ACCESS_TOKEN'"}
    add("header_name.ok", lambda s: s.get(headers=[
        ("X-Access-Token", "Bearer " + s.mint(s.claims("access")))]), own)
    add("header_name.authorization_not_read", lambda s: s.get(
        authorization="Bearer " + s.mint(s.claims("access"))), own)


def chains(add):
    def pair(s):
        return s.post(OBTAIN, ADMIN)

    def use_both(s):
        got = pair(s)
        s.get(authorization="Bearer " + got["access"])
        s.post(VERIFY, {"token": got["access"]})
        s.post(VERIFY, {"token": got["refresh"]})
        s.later(6 * MINUTE)
        s.get(authorization="Bearer " + got["access"])
        s.post(VERIFY, {"token": got["access"]})
        fresh = s.post(REFRESH, {"refresh": got["refresh"]})
        s.get(authorization="Bearer " + fresh["access"])
        s.later(DAY)
        s.post(REFRESH, {"refresh": got["refresh"]})

    def twice(s):
        got = pair(s)
        for _ in range(2):
            s.later(MINUTE)
            s.post(REFRESH, {"refresh": got["refresh"]})

    def rotate(s):
        got = pair(s)
        for _ in range(3):
            s.later(MINUTE)
            got = s.post(REFRESH, {"refresh": got["refresh"]})
            s.get(authorization="Bearer " + got["access"])

    def old_again(s):
        got = pair(s)
        s.later(MINUTE)
        fresh = s.post(REFRESH, {"refresh": got["refresh"]})
        s.later(MINUTE)
        s.post(REFRESH, {"refresh": got["refresh"]})
        s.post(VERIFY, {"token": got["refresh"]})
        s.post(REFRESH, {"refresh": fresh["refresh"]})
        s.get(authorization="Bearer " + fresh["access"])

    def old_at_once(s):
        got = pair(s)
        s.post(REFRESH, {"refresh": got["refresh"]})
        s.later(5)
        s.post(REFRESH, {"refresh": got["refresh"]})

    def blacklist(s):
        got = pair(s)
        s.post(BLACKLIST, {"refresh": got["refresh"]})
        s.post(BLACKLIST, {"refresh": got["refresh"]})
        s.post(REFRESH, {"refresh": got["refresh"]})
        s.post(VERIFY, {"token": got["refresh"]})
        s.get(authorization="Bearer " + got["access"])
        s.post(VERIFY, {"token": got["access"]})

    def idle(s):
        got = pair(s)
        s.later(DAY - 1)
        got = s.post(REFRESH, {"refresh": got["refresh"]})
        s.later(DAY - 1)
        got = s.post(REFRESH, {"refresh": got["refresh"]})
        s.later(DAY)
        s.post(REFRESH, {"refresh": got["refresh"]})

    def slide(s):
        got = s.post(OBTAIN, ADMIN)
        s.get(authorization="Bearer " + got["token"])
        s.later(MINUTE)
        fresh = s.post(REFRESH, {"token": got["token"]})
        s.get(authorization="Bearer " + fresh["token"])
        s.post(REFRESH, {"token": got["token"]})
        s.post(VERIFY, {"token": fresh["token"]})
        s.later(6 * MINUTE)
        s.post(REFRESH, {"token": fresh["token"]})
        s.get(authorization="Bearer " + fresh["token"])

    def two_logins(s):
        first, second = pair(s), pair(s)
        s.post(BLACKLIST, {"refresh": first["refresh"]})
        s.post(REFRESH, {"refresh": second["refresh"]})
        s.get(authorization="Bearer " + second["access"])

    add("chain.use_both", use_both)
    add("chain.refresh_twice", twice)
    add("chain.blacklist", blacklist)
    add("chain.two_logins", two_logins)
    for name, settings in {"rotate": ROTATE, "rotate_blacklist": BURN}.items():
        add(f"chain.{name}", rotate, settings)
        add(f"chain.{name}.old_again", old_again, settings)
        add(f"chain.{name}.old_at_once", old_at_once, settings)
        add(f"chain.{name}.blacklist", blacklist, settings)
        add(f"chain.{name}.idle", idle, settings)
    for name in ("user_gone", "user_inactive", "extra_claims", "access_in_its_place", "expired", "user_missing"):
        make = (odd_tokens("refresh") | others("refresh"))[name]
        add(f"rotate.{name}", lambda s, t=make: s.post(REFRESH, {"refresh": t(s)}), ROTATE)
    add("chain.sliding", slide, SLIDING_CLASS)
    for name, body in {"wrong_password": ADMIN | {"password": "no"}, "inactive": ADMIN | {"username": "inactive"},
                       "missing": {}, "form": None}.items():
        add(f"sliding.{name}", lambda s, b=body: s.post(OBTAIN, b) if b is not None else s.post(
            OBTAIN, form(**ADMIN), content=FORM), SLIDING_CLASS)
    for kind in ("access", "refresh", "sliding"):
        for name, settings in {"sliding_class": SLIDING_CLASS, "both_classes": BOTH_CLASSES}.items():
            add(f"{name}.{kind}", lambda s, k=kind: s.get(authorization="Bearer " + s.mint(s.claims(k))), settings)
    add("both_classes.garbage", lambda s: s.get(authorization="Bearer garbage"), BOTH_CLASSES)


def settings(add):
    def round_of(s):
        got = s.post(OBTAIN, ADMIN)
        s.get(authorization="Bearer " + got["access"])
        s.post(VERIFY, {"token": got["access"]})
        s.later(MINUTE)
        s.post(REFRESH, {"refresh": got["refresh"]})

    def at_doors(make):
        def run(s):
            s.get(authorization="Bearer " + s.mint(make(s, "access")))
            s.post(REFRESH, {"refresh": s.mint(make(s, "refresh"))})
            s.post(VERIFY, {"token": s.mint(make(s, "access"))})
        return run

    rsa = {"ALGORITHM": "'RS256'", "SIGNING_KEY": "'@keys/rsa.pem'", "VERIFYING_KEY": "'@keys/rsa.pub'"}
    audience, issuer = {"AUDIENCE": "'shop'"}, {"ISSUER": "'example'"}
    leeway = {"LEEWAY": "10"}
    claims = {"USER_ID_CLAIM": "'uid'", "TOKEN_TYPE_CLAIM": "'kind'", "JTI_CLAIM": "'id'"}
    by_name = {"USER_ID_FIELD": "'username'"}
    lifetimes = {"ACCESS_TOKEN_LIFETIME": "timedelta(seconds=90)", "REFRESH_TOKEN_LIFETIME": "timedelta(days=7)"}
    for name, table in {"audience": audience, "issuer": issuer, "leeway": leeway, "claims": claims, "by_name": by_name,
                        "lifetimes": lifetimes, "hs384": {"ALGORITHM": "'HS384'", "SIGNING_KEY": repr(2 * SECRET)},
                        "hs512": {"ALGORITHM": "'HS512'", "SIGNING_KEY": repr(2 * SECRET)}, "rs256": rsa,
                        "audience_list": {"AUDIENCE": "['shop','bank']"}}.items():
        add(f"settings.{name}", round_of, table)
    add("audience.other", at_doors(lambda s, k: s.claims(k, aud="bank")), audience)
    add("audience.missing", at_doors(lambda s, k: s.claims(k)), audience)
    add("audience.one_of_list", at_doors(lambda s, k: s.claims(k, aud=["bank", "shop"])), audience)
    add("issuer.other", at_doors(lambda s, k: s.claims(k, iss="elsewhere")), issuer)
    add("issuer.missing", at_doors(lambda s, k: s.claims(k)), issuer)
    add("leeway.within", at_doors(lambda s, k: s.claims(k, exp=s.at - 9)), leeway)
    add("leeway.at_its_end", at_doors(lambda s, k: s.claims(k, exp=s.at - 10)), leeway)
    add("leeway.beyond", at_doors(lambda s, k: s.claims(k, exp=s.at - 11)), leeway)
    add("claims.standard_names", at_doors(lambda s, k: s.claims(k)), claims)
    add("claims.no_user", at_doors(lambda s, k: {
        "kind": k, "exp": s.at + MINUTE, "iat": s.at, "id": "0123456789abcdef"}), claims)
    add("claims.jti_too", at_doors(lambda s, k: {
        "kind": k, "exp": s.at + MINUTE, "iat": s.at, "id": "0123456789abcdef", "jti": "x", "uid": 1}), claims)
    add("by_name.unknown", at_doors(lambda s, k: s.claims(k, user_id="nobody")), by_name)
    add("rs256.with_hs256", at_doors(lambda s, k: s.claims(k)), rsa)

    def other_rsa(s):
        for key in ("rsa.pem", "rsa2.pem"):
            s.get(authorization="Bearer " + s.mint(s.claims("access"), key=(KEYS / key).read_text(), alg="RS256"))

    add("rs256.keys", other_rsa, rsa)
    add("update_last_login", lambda s: s.post(OBTAIN, ADMIN), {"UPDATE_LAST_LOGIN": "True"})


def main():
    target = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "tests/data/exchanges/simplejwt.jsonl")
    folder = tempfile.mkdtemp()
    try:
        site = Site(folder)
        recorder = Recorder(site)
        for topic in (obtain, methods, doors, header, chains, settings):
            topic(recorder.scenario)
        try:
            recorder.run()
        finally:
            site.end()
    finally:
        shutil.rmtree(folder)
    target.write_text("".join(json.dumps(line) + "\n" for line in recorder.lines))
    print(f"{len(recorder.lines)} exchanges in {target}")


if __name__ == "__main__":
    main()
