"""What survives an end of the process, orderly or not."""

import signal
import threading

import requests

from program import RawConnection


def test_users_and_tokens_survive_kill_9(site):
    site.add_user("late", "a password of its own")
    token = site.login()
    site.stop(signal.SIGKILL)
    site.start()
    assert site.whoami(token).json() == {"user": "admin"}
    site.login("admin")
    site.login("late", "a password of its own")


def test_sigterm_cuts_no_answer_off(site):
    """Clients that log in and clients that only ask, all busy when the signal comes."""
    token = site.login()
    ask = f"GET /protected-url/ HTTP/1.1\r\nHost: x\r\nAuthorization: JWT {token}\r\n\r\n".encode()
    body = b'{"username":"admin","password":"abc123"}'
    log_in = (
        b"POST /api-token-auth/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body)
    ) + body
    stopping = threading.Event()
    warm = threading.Barrier(9)
    wrong = []
    answered = []

    def client(request):
        connection = RawConnection(site.port)
        count = 0
        try:
            while True:
                asked_late = stopping.is_set()
                connection.send(request)
                answer = connection.read_response()
                if answer is None:
                    # The server may close an idle connection; it may not take a request and be silent.
                    if not asked_late and not stopping.is_set():
                        wrong.append("closed before the signal")
                    return
                if answer[0] != 200:
                    wrong.append(answer)
                    return
                count += 1
                if count == 3:
                    warm.wait(timeout=60)
                if answer[1].get("connection", "").lower() == "close":
                    return
        except Exception as problem:  # noqa: BLE001 - a thread reports, the test judges
            wrong.append(repr(problem))
        finally:
            answered.append(count)
            connection.close()

    threads = [threading.Thread(target=client, args=(r,)) for r in [ask] * 6 + [log_in] * 2]
    for thread in threads:
        thread.start()
    warm.wait(timeout=60)
    stopping.set()
    assert site.stop(signal.SIGTERM) == 0
    for thread in threads:
        thread.join(timeout=60)
    assert not wrong
    assert len(answered) == 8 and min(answered) >= 3


def test_a_login_under_way_is_answered_after_sigterm(make_site):
    """The request is read, its password is being hashed: the answer still comes. Then the server is
    gone, although the clients kept their connections: it does not wait for shutdown_timeout."""
    site = make_site(top='[limits]\nshutdown_timeout = "1h"\nidle_timeout = "1h"')
    site.add_user("admin")
    site.start()
    connections = [RawConnection(site.port) for _ in range(4)]
    body = b"username=admin&password=abc123"
    for connection in connections:
        connection.send(
            b"POST /api-token-auth/ HTTP/1.1\r\nHost: x\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body) + body
        )
    # Connections are dealt to the threads in turn: these are answered after the logins were read.
    for _ in range(4):
        assert requests.get(site.url + "/healthz", timeout=60).status_code == 200
    codes = []
    stopper = threading.Thread(target=lambda: codes.append(site.stop()))
    stopper.start()
    answers = [connection.read_response() for connection in connections]
    stopper.join()
    assert [answer[0] for answer in answers] == [200] * 4
    assert codes == [0]


def test_the_database_made_by_one_start_is_opened_by_the_next(site):
    assert site.stop() == 0
    site.start()
    site.login()
