"""Runs granian over WSGI."""

import logging
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from functools import partial
from typing import Any

from django.core.management.base import CommandError
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server.mp import MPServer, WorkerProcess

from loopin.background.parent_process import exit_with_parent
from loopin.background.server_companion import metrics_process, worker_process
from loopin.config.logging_settings import server_logging
from loopin.logs.process_log import log_start, log_stop
from loopin.metrics.recording import recording
from loopin.serving.handover import RunningServer, Successors
from loopin.serving.lifecycle import KEEP_ALIVE_SECONDS, Lifecycle
from loopin.serving.listening import BACKLOG, join, listen
from loopin.serving.options import ServerOptions
from loopin.serving.web_processes import WebProcesses

READERS = 16
"""Granian's threads, each of which reads one request's body; those of slow clients among them."""

GRACE_SECONDS = 15
"""Longer than the slowest answer takes: 2 s to connect to the provider, 5 s to read, and
statements."""

READY_SECONDS = 60

logger = logging.getLogger(__name__)


class Server(MPServer):
    """Each process accepts at a socket that it is given, which outlives it.

    Granian would open one in each process. Whoever waits to be accepted by a process that ends then
    gets a reset, and no other server can be given the socket.
    """

    def __init__(
        self, listeners: Sequence[socket.socket], host: str, port: int, options: ServerOptions
    ) -> None:
        super().__init__(
            "loopin.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=len(listeners),
            blocking_threads=READERS,
            backpressure=options.threads * 4,
            http1_settings=HTTP1Settings(header_read_timeout=KEEP_ALIVE_SECONDS * 1000),
            respawn_failed_workers=True,
            workers_kill_timeout=GRACE_SECONDS,
            log_level=LogLevels.info,
            log_dictconfig=server_logging(options.logging),
        )
        self._listeners = listeners

    def pids(self) -> set[int]:
        """The web processes that run or have just ended."""
        return {process.inner.pid for process in self.wrks}

    def run(self, processes: WebProcesses) -> None:
        """Serve until the process is told to end, in processes that have these pipes."""
        # The number of the parent is told, since a process may have lost its parent already.
        load = partial(_load_and_wait, os.getpid(), processes, list(self._listeners))
        self._wake_at_signals()
        self.serve(target_loader=load, wrap_loader=False)

    def _wake_at_signals(self) -> None:
        """Let the main thread run the handler of a signal that the kernel gave to another thread.

        Handlers run in the main thread, which waits without end, and only a signal of its own would
        wake it. Python writes into this pipe whichever thread was interrupted. A process that forks
        must not: granian, woken without a signal of its own, would look for one without end.
        """
        read, write = os.pipe()
        os.set_blocking(write, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        os.register_at_fork(after_in_child=partial(signal.set_wakeup_fd, -1))
        threading.Thread(target=self._wake, args=[read], name="signals", daemon=True).start()

    def _wake(self, pipe: int) -> None:
        while os.read(pipe, 64):
            self.main_loop_interrupt.set()

    def _init_shared_socket(self) -> None:
        vars(self).update(_ssp=None, _sso=None)

    def _spawn_worker(  # type: ignore[override]
        self, idx: int, target: Any, callback_loader: Any
    ) -> WorkerProcess:
        descriptor, is_unix = self._listeners[idx].fileno(), False
        holder = SocketHolder(descriptor, is_unix, BACKLOG)  # type: ignore[call-arg]
        vars(self).update(_shd=holder)
        return super()._spawn_worker(idx, target, partial(callback_loader, idx))

    def _drop_shared_socket(self) -> None:
        for listener in self._listeners:
            listener.close()  # or clients could connect while the processes end


def _load_and_wait(parent_id: int, *arguments: Any) -> Any:
    """What a web process does first, and then what only web processes import.

    Ctrl-C reaches a terminal's whole process group. Web processes leave the group, so that only the
    parent gets the signal and stops them: one that is stopped twice may hang.
    """
    os.setpgid(0, 0)
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, signal.SIG_DFL)  # the parent's handler came along, and is about it
    exit_with_parent(parent_id)
    from loopin.serving import web_process  # noqa: PLC0415

    return web_process.load_and_wait(parent_id, *arguments)


def serve(  # noqa: PLR0913  each is something else
    host: str,
    port: int,
    options: ServerOptions,
    *,
    has_worker: bool,
    replaces: bool = False,
    ready_seconds: float = READY_SECONDS,
) -> None:
    """Serve until interrupted; what is in flight is answered before the processes end.

    `has_worker`: whether a worker runs the periodic tasks beside it (loopin/background).
    `replaces`: whether to take the place of a server at this address, if there is one, once all
    processes here are ready. Raises CommandError if they are not within `ready_seconds`, and if the
    address is taken.
    """
    # They share sockets and pipes, which only a fork inherits; from 3.14 on Python does not.
    multiprocessing.set_start_method("fork", force=True)
    successors = Successors(host, port)
    replaced = RunningServer.find(host, port) if replaces else None
    if replaced:
        listeners = _taken_over(replaced, host, port, count=options.workers)
    else:
        successors.claim()
        listeners = listen(host, port, count=options.workers)
    server = Server(listeners, host, port, options)
    served = {"address": f"{host}:{port}", "workers": len(listeners), "has_worker": has_worker}
    log_start("Server", options.facts, **served)
    processes = WebProcesses(has_to_be_ready=replaced is not None)
    with recording() if options.metrics_port else nullcontext(), ExitStack() as beside:
        lifecycle = Lifecycle(
            processes,
            listeners,
            pids=server.pids,
            begin=lambda: _start_beside(beside, options, has_worker=has_worker),
            end=beside.close,
            replaced=replaced,
            ready_seconds=ready_seconds,
        )
        lifecycle.follow(successors)
        server.run(processes)
    log_stop("Server")
    if lifecycle.failure:
        raise CommandError(lifecycle.failure)


def _start_beside(beside: ExitStack, options: ServerOptions, *, has_worker: bool) -> None:
    beside.enter_context(worker_process(is_wanted=has_worker))
    beside.enter_context(metrics_process(options.metrics_port))


def _taken_over(
    replaced: RunningServer, host: str, port: int, *, count: int
) -> list[socket.socket]:
    """The sockets of the other server, and more if more processes are wanted.

    With fewer, connections that wait at a socket without a process would be lost, so there are as
    many processes as before until the next plain start.
    """
    listeners = replaced.listeners()
    if len(listeners) > count:
        logger.warning(
            "Serving with %d processes, as before: stop and start for fewer", len(listeners)
        )
    return listeners + join(host, port, count=max(0, count - len(listeners)))
