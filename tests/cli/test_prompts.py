"""Passwords are asked for without echo, on a real terminal."""

import os
import pty
import select
import signal
import subprocess
import termios
import time

import pytest

PROGRAM = os.environ["RESTJWT_BIN"]


class Terminal:
    def __init__(self, folder, *arguments):
        self.master, slave = pty.openpty()
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen([PROGRAM, *arguments], cwd=folder, stdin=slave, stdout=slave,
                                        stderr=slave, start_new_session=True)
        self.seen = ""

    def read_until(self, text):
        start = len(self.seen)
        deadline = time.monotonic() + 60
        while text not in self.seen[start:]:
            ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"{text!r} did not come: {self.seen!r}"
            self.seen += os.read(self.master, 4096).decode()

    def type(self, text):
        os.write(self.master, text.encode())

    def finish(self):
        code = self.process.wait(60)
        while select.select([self.master], [], [], 0.1)[0]:
            self.seen += os.read(self.master, 4096).decode()
        return code

    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)


def test_the_password_is_asked_twice_and_not_echoed(tmp_path):
    terminal = Terminal(tmp_path, "users", "add", "admin")
    terminal.read_until("Password: ")
    terminal.type("hidden-one\n")
    terminal.read_until("Password (again): ")
    terminal.type("hidden-one\n")
    assert terminal.finish() == 0
    assert "added user admin" in terminal.seen
    assert "hidden-one" not in terminal.seen
    assert terminal.echoes()


def test_two_different_passwords_change_nothing(tmp_path):
    terminal = Terminal(tmp_path, "users", "add", "admin")
    terminal.read_until("Password: ")
    terminal.type("one\n")
    terminal.read_until("Password (again): ")
    terminal.type("two\n")
    assert terminal.finish() == 1
    assert "the two passwords differ" in terminal.seen
    listed = subprocess.run([PROGRAM, "users", "list"], cwd=tmp_path, capture_output=True, text=True)
    assert listed.stdout == ""


def test_a_new_password_of_a_known_user_is_asked_twice_too(tmp_path):
    subprocess.run([PROGRAM, "users", "add", "admin", "--unusable-password"], cwd=tmp_path, check=True)
    terminal = Terminal(tmp_path, "users", "passwd", "admin")
    terminal.read_until("Password: ")
    terminal.type("hidden-two\n")
    terminal.read_until("Password (again): ")
    terminal.type("hidden-two\n")
    assert terminal.finish() == 0
    assert "changed the password of admin" in terminal.seen
    assert "hidden-two" not in terminal.seen


@pytest.mark.parametrize("typed, reason", [
    (["\x04"], "no password was given"),
    (["\n", "\n"], "the password is empty"),
])
def test_no_password_changes_nothing(tmp_path, typed, reason):
    terminal = Terminal(tmp_path, "users", "add", "admin")
    for prompt, line in zip(["Password: ", "Password (again): "], typed):
        terminal.read_until(prompt)  # what is typed before the prompt is thrown away
        terminal.type(line)
    assert terminal.finish() == 1
    assert reason in terminal.seen
    assert terminal.echoes()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_terminal_echoes_again_when_the_program_is_interrupted(tmp_path, number):
    terminal = Terminal(tmp_path, "users", "add", "admin")
    terminal.read_until("Password: ")
    assert not terminal.echoes()
    terminal.process.send_signal(number)
    assert terminal.finish() != 0
    assert terminal.echoes()


def test_deleting_asks_and_takes_no_for_an_answer(tmp_path):
    subprocess.run([PROGRAM, "users", "add", "admin", "--unusable-password"], cwd=tmp_path, check=True)
    terminal = Terminal(tmp_path, "users", "delete", "admin")
    terminal.read_until("Delete user admin for good?")
    terminal.type("n\n")
    assert terminal.finish() == 1
    terminal = Terminal(tmp_path, "users", "delete", "admin")
    terminal.read_until("Delete user admin for good?")
    terminal.type("y\n")
    assert terminal.finish() == 0


@pytest.fixture
def keys(tmp_path):
    """A folder with a configuration and one key, named first."""
    (tmp_path / "restjwt.toml").write_text('[keys]\ndirectory = "keys"\n')
    subprocess.run([PROGRAM, "keys", "generate", "--kid", "first"], cwd=tmp_path, check=True)
    return tmp_path


def stored(folder):
    return {file.name: file.read_bytes() for file in (folder / "keys").glob("*.jwk")}


def test_ending_a_compromised_key_tells_the_price_and_takes_no_for_an_answer(keys):
    before = stored(keys)
    terminal = Terminal(keys, "keys", "retire", "first", "--compromised")
    terminal.read_until("End first now?")
    assert "has to log in again" in terminal.seen
    terminal.type("n\n")
    assert terminal.finish() == 1
    assert stored(keys) == before
    terminal = Terminal(keys, "keys", "retire", "first", "--compromised")
    terminal.read_until("End first now?")
    terminal.type("y\n")
    assert terminal.finish() == 0
    assert stored(keys) != before


def test_giving_a_private_key_out_is_asked_about(keys):
    words = ["keys", "export", "first", "--private", "--output", "first.jwk"]
    terminal = Terminal(keys, *words)
    terminal.read_until("Whoever reads first.jwk can sign tokens in your name. Write it?")
    terminal.type("n\n")
    assert terminal.finish() == 1
    assert not (keys / "first.jwk").exists()
    terminal = Terminal(keys, *words)
    terminal.read_until("Write it?")
    terminal.type("y\n")
    assert terminal.finish() == 0
    assert '"d"' in (keys / "first.jwk").read_text()
    assert '"d"' not in terminal.seen


def test_the_passphrase_of_an_encrypted_key_is_asked_and_not_echoed(keys):
    subprocess.run("openssl ecparam -name prime256v1 -genkey -noout |"
                   " openssl pkcs8 -topk8 -passout pass:hidden-one -out sealed.pem",
                   shell=True, cwd=keys, check=True)
    terminal = Terminal(keys, "keys", "import", "sealed.pem", "--kid", "second")
    terminal.read_until("Passphrase of sealed.pem: ")
    assert not terminal.echoes()
    terminal.type("hidden-one\n")
    assert terminal.finish() == 0
    assert "imported second" in terminal.seen and "hidden-one" not in terminal.seen
