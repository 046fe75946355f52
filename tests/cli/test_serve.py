"""`restjwt serve` as a process: what it answers to whoever started it, and what it lets others see."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import pytest

PROGRAM = os.environ["RESTJWT_BIN"]
SECRET = "an-unpublished-secret-of-40-characters--"


def start(program, folder, *words, **options):
    return subprocess.Popen([program, "serve", *words], cwd=folder, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env={"JWT_SECRET_KEY": SECRET}, **options)


@pytest.fixture
def serve(tmp_path):
    started = []

    def run(program=PROGRAM, folder=tmp_path, **options):
        process = start(program, folder, "--listen", "127.0.0.1:0", **options)
        started.append(process)
        line = process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:"), process.stderr.read()
        return process, line.strip().removeprefix("listening on http://")

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0(serve, number):
    process, _ = serve()
    process.send_signal(number)
    assert process.wait(60) == 0


def test_a_port_that_is_taken_is_a_failure(serve, tmp_path):
    _, address = serve()
    second = start(PROGRAM, tmp_path, "--listen", address)
    said = second.communicate(timeout=60)[1]
    assert second.returncode == 1
    assert said.splitlines()[-1] == f"restjwt: cannot listen on {address}: Address already in use"


@pytest.fixture
def open_folder():
    """One that any user can enter: tests may run as root, whose folders others cannot."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        yield pathlib.Path(folder)


def test_its_memory_is_not_for_other_processes_of_its_user(serve, open_folder):
    # The kernel takes /proc/PID from the user when the process is not dumpable.
    program = shutil.copy(PROGRAM, open_folder / "restjwt")
    user = os.getuid() or 12345  # root sees everything
    options = {"user": user} if os.getuid() == 0 else {}
    process, _ = serve(program, open_folder, **options)
    assert os.stat(f"/proc/{process.pid}/environ").st_uid != user
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, **options) as any_other:
        assert os.stat(f"/proc/{any_other.pid}/environ").st_uid == user
        any_other.stdin.close()
