"""`restjwt migrate django shadow`: an old server and ours get the same requests."""

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from program import BIN, PASSWORD, TOKEN, RawConnection

WRONG = "wr0ng-passw0rd"
LOGIN = {
    "method": "POST", "path": "/api-token-auth/",
    "body": {"username": "admin", "password": "{password}"}, "uses": {"password": "SHADOW_PASSWORD"},
}
VERIFY = {
    "method": "POST", "path": "/api-token-verify/", "body": {"token": "{token}"},
    "uses": {"token": 0},
}
FORM = [["Content-Type", "application/x-www-form-urlencoded"]]


def post(body, path="/api-token-auth/", **more):
    return {"method": "POST", "path": path, "body": body, **more}


MANY = [
    LOGIN,
    VERIFY,
    {**VERIFY, "path": "/api-token-refresh/"},
    {"path": "/protected-url/", "headers": [["Authorization", "JWT {token}"]], "uses": {"token": 0}},
    {"path": "/protected-url/"},
    {"path": "/protected-url/", "headers": [["Authorization", "JWT {token}x"]], "uses": {"token": 2}},
    {**LOGIN, "body": "username=admin&password={password}", "headers": FORM},
    post({"username": "admin", "password": WRONG}),
    post({"username": "admin"}),
    post("{", headers=[["Content-Type", "application/json"]]),
    post("text", headers=[["Content-Type", "text/plain"]]),
    {"method": "OPTIONS", "path": "/api-token-auth/"},
    {"method": "HEAD", "path": "/protected-url/"},
    {"path": "/api-token-auth/"},
    {"path": "/api-token-auth"},
    {"path": "/nowhere/?page=1"},
]


class OldServer:
    """What the site answers, changed by `change(path, status, headers, body)`."""

    def __init__(self, site, change):
        self.requests = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(handler):
                handler.raw_requestline = handler.rfile.readline(65537)
                if not handler.raw_requestline or not handler.parse_request():
                    handler.close_connection = True
                    return
                sent = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
                self.requests.append((handler.requestline, handler.headers.items(), sent))
                handler.forward(sent)

            def forward(handler, sent):
                link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
                link.request(handler.command, handler.path, sent or None, dict(handler.headers))
                answer = link.getresponse()
                status, headers, body = change(
                    handler.path, answer.status, answer.getheaders(), answer.read()
                )
                handler.wfile.write(f"HTTP/1.1 {status} As It Is\r\n".encode())
                for name, value in headers:
                    if name.lower() not in ("connection", "content-length"):
                        handler.wfile.write(f"{name}: {value}\r\n".encode())
                handler.wfile.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
                link.close()

            def log_message(handler, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def old_server(site):
    """Makes servers that differ from the site."""
    servers = []

    def make(change=lambda path, *answer: answer):
        servers.append(OldServer(site, change))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def raw_server():
    """Answers every connection with the same bytes and closes; its URL."""
    listeners = []

    def make(words):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve():
            while True:
                try:
                    peer = listener.accept()[0]
                except OSError:
                    return
                with peer:
                    peer.recv(65536)
                    peer.sendall(words)

        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield make
    for listener in listeners:
        listener.close()


@pytest.fixture
def dead_port():
    """A port that is taken, and where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def environment(site):
    return {**site.environment, "SHADOW_PASSWORD": PASSWORD}


def assert_no_secret(site, text):
    assert not TOKEN.search(text), text
    for secret in (PASSWORD, WRONG, site.secret):
        assert secret not in text, text


def shadow(site, against, lines, *options):
    """Replays the lines; exit code, standard output and standard error, none of which tells secrets."""
    file = site.folder / "requests.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = subprocess.run(
        [BIN, "migrate", "django", "shadow", "--against", against, "--requests", str(file),
         "--config", str(site.config), *options],
        capture_output=True, text=True, env=environment(site), timeout=120,
    )
    assert_no_secret(site, done.stdout + done.stderr)
    return done.returncode, done.stdout, done.stderr


class Shadow:
    """A pass-through that runs beside the test."""

    def __init__(self, site, against, *options):
        self.site = site
        self.process = subprocess.Popen(
            [BIN, "migrate", "django", "shadow", "--against", against, "--listen", "127.0.0.1:0",
             "--config", str(site.config), *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(site),
        )
        self.first_line = self.process.stderr.readline()
        self.port = int(re.search(r"listening on http://127\.0\.0\.1:(\d+)", self.first_line)[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def end(self, sign=signal.SIGTERM):
        if sign is not None:
            self.process.send_signal(sign)
        out, err = self.process.communicate(timeout=60)
        assert_no_secret(self.site, out + self.first_line + err)
        return self.process.returncode, out


@pytest.fixture
def pass_through(site):
    started = []

    def make(against, *options):
        started.append(Shadow(site, against, *options))
        return started[-1]

    yield make
    for shadowing in started:
        if shadowing.process.poll() is None:
            shadowing.process.kill()
            shadowing.process.communicate()


def test_the_same_server_twice_does_not_differ(site):
    assert shadow(site, site.url, MANY) == (
        0, f"{len(MANY)} requests, {len(MANY)} the same, 0 differ\n", "",
    )


def test_the_tokens_and_passwords_reach_the_old_server(site, old_server):
    server = old_server()
    assert shadow(site, server.url, [LOGIN, VERIFY])[0] == 0
    login, verify = (json.loads(body) for _, _, body in server.requests)
    assert login["password"] == PASSWORD
    assert TOKEN.fullmatch(verify["token"].rpartition(".")[0])


def replace(old, new):
    return lambda path, status, headers, body: (status, headers, body.replace(old, new))


def without(*names):
    return lambda path, status, headers, body: (
        status, [pair for pair in headers if pair[0].lower() not in names], body,
    )


def other_claim(path, status, headers, body):
    import base64

    head, _, signature = json.loads(body)["token"].split(".")
    claims = json.dumps({"user_id": "1", "username": "admin", "email": "admin@example.com",
                         "exp": 1, "orig_iat": 1}).encode()
    payload = base64.urlsafe_b64encode(claims).rstrip(b"=").decode()
    return status, headers, json.dumps({"token": f"{head}.{payload}.{signature}"}).encode()


def with_cookie(path, status, headers, body):
    return status, headers + [("Set-Cookie", f"jwt={json.loads(body)['token']}; Path=/")], body


def html(path, status, headers, body):
    return status, [("Content-Type", "text/html")], b"<h1>" + PASSWORD.encode() + b"</h1>"


@pytest.mark.parametrize("change, request_, said", [
    (lambda path, status, headers, body: (201, headers, body), LOGIN, "status: 201 → 200"),
    (replace(b'{"token"', b'{"more":1,"token"'), LOGIN, "body more: number → none"),
    (other_claim, LOGIN, "body token claim user_id: text → number; body token claim exp: a time → "
                         "a later one; body token claim orig_iat: a time → a later one"),
    (with_cookie, LOGIN, "cookie jwt: set → none"),
    (without("allow"), LOGIN, "Allow: none → POST, OPTIONS"),
    (html, LOGIN, "page: HTML there → JSON here"),
    (replace(b"required", b"needed"), post({"username": "admin"}),
     'body password[0]: "This field is needed." → "This field is required."'),
    (replace(b"This", WRONG.encode()), post({"password": WRONG}),
     'body username[0]: text → "This field is required."'),
])
def test_a_difference_is_told(site, old_server, change, request_, said):
    code, out, err = shadow(site, old_server(change).url, [request_, request_])
    assert out.splitlines() == [
        f"POST /api-token-auth/: {said} (2 times)", "2 requests, 0 the same, 2 differ",
    ]
    assert (code, err) == (1, "")


def test_a_known_departure_is_told_and_is_no_failure(site, old_server):
    def change(path, status, headers, body):
        if path.endswith("/anything"):
            return 200, headers, b"{}"
        return 500, [("Content-Type", "text/html")], b"<h1>Server Error (500)</h1>"

    lines = [post({"token": "abc"}, "/api-token-verify/"), post({}, "/api-token-auth/anything")]
    code, out, _ = shadow(site, old_server(change).url, lines)
    assert code == 0
    kind_31, kind_2, row_31, row_2, totals = out.splitlines()
    assert kind_31 == "POST /api-token-auth/anything: status: 200 → 404 (known, row 31) (once)"
    assert kind_2 == "POST /api-token-verify/: status: 500 → 400 (known, row 2) (once)"
    assert row_31.startswith("row 31: Paths are exact")
    assert row_2.startswith("row 2: ")
    assert totals == "2 requests, 0 the same, 2 differ, 2 of them as known"


def test_json_says_the_same(site, old_server):
    server = old_server(lambda path, status, headers, body: (201, headers, body))
    code, out, err = shadow(site, server.url, [LOGIN], "--json")
    assert code == 1
    assert json.loads(out) == {
        "requests": 1, "same": 0, "differ": 1, "known": 0, "not_compared": {},
        "kinds": [{
            "method": "POST", "path": "/api-token-auth/", "count": 1, "known": False,
            "differences": [{"what": "status", "old": "201", "ours": "200"}],
        }],
    }


def test_a_signal_ends_a_replay_with_its_report(site, old_server):
    file = site.folder / "requests.jsonl"
    file.write_text('{"path": "/protected-url/"}\n' * 3)
    process = None

    def interrupt(path, *answer):
        process.send_signal(signal.SIGINT)
        return answer

    process = subprocess.Popen(
        [BIN, "migrate", "django", "shadow", "--against", old_server(interrupt).url, "--requests",
         str(file), "--config", str(site.config)], stdout=subprocess.PIPE, text=True,
        env=environment(site),
    )
    assert process.communicate(timeout=60)[0].splitlines() == [
        "not compared: the time was over (2 times)", "1 request, 1 the same, 0 differ",
    ]
    assert process.returncode == 0


def test_an_old_server_that_is_not_there(site, dead_port):
    code, out, _ = shadow(site, f"http://127.0.0.1:{dead_port}", [LOGIN, VERIFY])
    assert (code, out.splitlines()) == (1, [
        "POST /api-token-auth/: answer: no connection: Connection refused → status 200 (once)",
        "not compared: the token it uses was not issued (once)",
        "1 request, 0 the same, 1 differ",
    ])


@pytest.mark.parametrize("words, said", [
    (b"", "closed without an answer"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "an answer that was cut off"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "an answer longer than 8 MiB"),
    (b"220 smtp.example.com ESMTP\r\n\r\n", "an answer that is not HTTP"),
])
def test_an_answer_that_is_none(site, raw_server, words, said):
    code, out, _ = shadow(site, raw_server(words), [LOGIN])
    assert code == 1
    assert out.startswith(f"POST /api-token-auth/: answer: {said}")


def test_the_users_are_not_written(make_site, raw_server):
    site = make_site(top='PASSWORD_HASHER = "pbkdf2_sha256"')
    site.add_user("admin")
    site.config.write_text(site.config.read_text().replace("pbkdf2_sha256", "argon2"))

    def stored():
        with sqlite3.connect(site.folder / "restjwt.db") as database:
            return database.execute("SELECT * FROM auth_user").fetchall()

    before = stored()
    assert "pbkdf2_sha256$" in str(before)
    out = shadow(site, raw_server(b"HTTP/1.1 204 Fine\r\n\r\n"), [LOGIN])[1]
    assert "status: 204 → 200" in out, "the login succeeded here"
    assert stored() == before


def test_a_database_that_is_not_there_is_not_made(make_site):
    site = make_site()
    code, _, err = shadow(site, "http://127.0.0.1:9", [LOGIN])
    assert code == 1 and err.startswith("restjwt: ")
    assert not (site.folder / "restjwt.db").exists()


def test_a_pass_through_changes_nothing(site, old_server, pass_through):
    odd = [("Content-Type", "application/json"), ("X-Odd", "a  b"), ("Set-Cookie", "a=1"),
           ("Set-Cookie", "b=2; Path=/"), ("x-lower", "1")]
    server = old_server(lambda path, status, headers, body: (299, odd, b' {"odd":  1}\n'))
    shadowing = pass_through(server.url)
    answers = []
    for port in (server.server.server_port, shadowing.port):
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for method, path, body in (("POST", "/a%2Fb/?c=d&e", b"abc"), ("DELETE", "/", None)):
            link.request(method, path, body, {"X-Mine": "  1", "Host": "example.com"})
            answer = link.getresponse()
            answers.append((answer.status, answer.reason, answer.getheaders(), answer.read()))
        link.close()
    assert answers[:2] == answers[2:]
    direct, through = server.requests[0], server.requests[2]
    assert (direct[0], direct[2]) == (through[0], through[2])
    assert dict(through[1]) == {**dict(direct[1]), "Connection": "close"}
    assert shadowing.end()[0] == 1


def test_a_pass_through_compares(site, pass_through):
    shadowing = pass_through(site.url)
    with requests.Session() as client:
        token = client.post(
            shadowing.url + "/api-token-auth/", json={"username": "admin", "password": PASSWORD}
        ).json()["token"]
        header = {"Authorization": f"JWT {token}"}
        assert client.get(shadowing.url + "/protected-url/", headers=header).json() == {"user": "admin"}
        chunks = iter([b'{"token": "', token.encode(), b'"}'])
        answer = client.post(shadowing.url + "/api-token-verify/", data=chunks,
                             headers={"Content-Type": "application/json"})
        assert answer.json() == {"token": token}
        assert client.head(shadowing.url + "/protected-url/").status_code == 401
    assert shadowing.end(signal.SIGINT) == (0, "4 requests, 4 the same, 0 differ\n")


def test_a_client_that_waits_for_100_continue(site, pass_through):
    connection = RawConnection(pass_through(site.url).port)
    body = b'{"token": "x"}'
    connection.send(b"POST /api-token-verify/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                    b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body))
    assert connection.socket.recv(100).startswith(b"HTTP/1.1 100 ")
    connection.send(body)
    assert connection.read_response()[0] == 400
    connection.close()


def test_an_old_server_that_is_not_there_is_502_for_the_client(site, pass_through, dead_port):
    shadowing = pass_through(f"http://127.0.0.1:{dead_port}")
    assert requests.get(shadowing.url + "/protected-url/", timeout=60).status_code == 502
    code, out = shadowing.end()
    assert (code, out.splitlines()[0]) == (
        1, "GET /protected-url/: answer: no connection: Connection refused → status 401 (once)",
    )


def test_what_is_too_long_or_no_http_is_refused(site, pass_through):
    shadowing = pass_through(site.url)
    for words, status in (
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8388609\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 65536, 431),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"hello\r\n\r\n", 400),
    ):
        connection = RawConnection(shadowing.port)
        connection.send(words)
        assert connection.read_response()[0] == status
        connection.close()
    assert shadowing.end() == (0, "0 requests, 0 the same, 0 differ\n")


def test_more_clients_than_connections(site, pass_through):
    """64 are served at once; the others wait until one of these leaves."""
    shadowing = pass_through(site.url)
    idle = [RawConnection(shadowing.port) for _ in range(64)]
    for connection in idle:
        connection.send(b"GET /protected-url/ HTTP/1.1\r\nHost: a\r\n\r\n")
        assert connection.read_response()[0] == 401
    late = RawConnection(shadowing.port)
    late.send(b"GET /protected-url/ HTTP/1.1\r\nHost: a\r\n\r\n")
    for connection in idle:
        connection.close()
    assert late.read_response()[0] == 401
    late.close()
    assert shadowing.end() == (0, "65 requests, 65 the same, 0 differ\n")


def test_an_address_that_is_taken_is_refused(site):
    done = site.run("migrate", "django", "shadow", "--against", site.url, "--listen",
                    f"127.0.0.1:{site.port}", check=False)
    assert (done.returncode, done.stderr) == (
        1, f"restjwt: cannot listen on 127.0.0.1:{site.port}: Address already in use\n",
    )


def test_it_ends_by_itself_when_told_so(site, pass_through):
    assert pass_through(site.url, "--seconds", "1").end(None) == (
        0, "0 requests, 0 the same, 0 differ\n",
    )


@pytest.mark.parametrize("words, said", [
    (["--against", "http://127.0.0.1:1"], "give either --requests or --listen"),
    (["--against", "https://a:443", "--listen", "127.0.0.1:0"], "--against: expected http://HOST:PORT"),
    (["--against", "http://127.0.0.1:1", "--listen", "0.0.0.0:8000"], "so it has to be loopback"),
    (["--against", "http://127.0.0.1:1", "--listen", "127.0.0.1:0", "--seconds", "soon"], "--seconds: "),
    (["--against", "http://127.0.0.1:1", "--requests", os.devnull], "holds no request"),
])
def test_wrong_usage(site, words, said):
    done = site.run("migrate", "django", "shadow", *words, check=False)
    assert done.returncode == 2
    assert said in done.stderr
