"""Names in the abstract namespace are anybody's on the host: no other user can keep a server from
starting by taking them, nor pass for a server."""

import os
import signal
import socket
from contextlib import ExitStack, contextmanager

import pytest
from django.core.management.base import CommandError

from loopin.serving.handover import RunningServer, Successors, pid_at
from loopin.serving.web_processes import WebProcesses
from tests.children import start_child
from tests.live import free_port
from tests.waiting import eventually

HOST = "127.0.0.1"
NOBODY = 65534


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def successors(port):
    made = Successors(HOST, port)
    yield made
    made._control_socket.close()


@contextmanager
def squatter(host, port):
    """The id of a process of another user that answers at the name of an address."""

    def squat():
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        taken = socket.socket(socket.AF_UNIX)
        taken.bind(f"\0loopin-serve:{host}:{port}")
        taken.listen()
        signal.pause()

    child = start_child(squat)
    try:
        eventually(lambda: RunningServer.find(host, port))
        yield child
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")


@needs_root
@pytest.mark.parametrize("host", [HOST, "localhost", "0.0.0.0"])
def test_another_user_at_the_name_keeps_no_server_from_starting(port, successors, caplog, host):
    with squatter(host, port) as child:
        assert pid_at(host, port) is None
        successors.claim()
        successors.answer([], retire=lambda: None)
        assert ("stop and start instead" in caplog.text) == (host == HOST)
        with pytest.raises(CommandError, match=f"Process {child}.* another user's"):
            RunningServer.find(host, port).listeners()


def test_a_name_at_which_nobody_answers_keeps_no_server_from_starting(port, successors, caplog):
    with socket.socket(socket.AF_UNIX) as taken:
        taken.bind(f"\0loopin-serve:{HOST}:{port}")
        successors.claim()
        successors.answer([], retire=lambda: None)
    assert "stop and start instead" in caplog.text


def test_who_accepts_nobody_holds_nobody_up(port):
    with socket.socket(socket.AF_UNIX) as full, ExitStack() as waiting:
        full.bind(f"\0loopin-serve:{HOST}:{port}")
        full.listen(0)
        for _ in range(3):
            found = RunningServer.find(HOST, port)
            if found is not None:
                waiting.callback(found.let_go)
        assert found is None


def test_a_parent_that_reads_no_more_holds_no_process_up():
    """So many web processes may be started in the place of others."""
    processes = WebProcesses(has_to_be_ready=False)
    for _ in range(10_000):
        processes.report("")
