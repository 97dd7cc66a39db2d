"""What runs in each web process before granian accepts connections in it."""

import ctypes
import gc
import json
import os
import socket
import threading
import time
from contextlib import suppress
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from granian.server import mp

from loopin.config.public_routes import HEALTH
from loopin.logs.process_log import log_start
from loopin.metrics.threads import THREADS
from loopin.serving import answering, turns
from loopin.serving.draining import Application, Draining, drain
from loopin.serving.lifecycle import DRAINED, READY, REFUSED
from loopin.serving.web_processes import WebProcesses
from loopin.telemetry import processes as telemetry

LARGE_BYTES = 1024 * 1024
"""From this size on, memory goes back to the system as soon as it is free. Otherwise glibc would
keep for each thread the 19 MiB in which it hashed a password, and the pixels of a picture."""

M_MMAP_THRESHOLD = -3
"""mallopt(3)"""

ASK_AGAIN_SECONDS = 1


def load() -> Application:
    """Load the site."""
    with suppress(AttributeError, OSError):  # a C library without this function
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
    telemetry.start()
    from loopin.serving.site import application  # noqa: PLC0415  loads it, once per process

    log_start("Server process")
    return application


def load_and_wait(
    parent_id: int, processes: WebProcesses, listeners: list[socket.socket], index: int
) -> Application:
    """Load the site, and return when this process may accept connections, at its own socket."""
    processes.join()
    queue = turns.begin(turns.USUAL, turns.MOST, settings.WORKER_THREADS)
    for listener in listeners[:index] + listeners[index + 1 :]:
        listener.close()  # or it would exist for longer than the process that accepts there
    application = Draining(load())
    THREADS.set(settings.WORKER_THREADS)
    if index == 0 and not processes.may_serve.is_set():
        _check(processes)
    _keep_what_is_loaded()
    if processes.has_to_be_ready and not processes.may_serve.is_set():
        while failure := _why_not_ready(application):
            processes.report(failure)
            time.sleep(ASK_AGAIN_SECONDS)
    processes.report(READY)
    processes.may_serve.wait()
    if os.getppid() != parent_id:  # it is set because the parent has died
        os._exit(1)
    arguments = (application, processes, listeners[index])
    threading.Thread(target=_drain_when_told, args=arguments, name="draining", daemon=True).start()
    # Granian would wrap the application, and wait for it in its own thread.
    vars(mp)["_wsgi_call_wrap"] = lambda answer, *_: answering.runner(answer, queue)
    return application


def _keep_what_is_loaded() -> None:
    """Objects that live as long as the process are excluded from garbage collection, which delayed
    one request in a hundred by 90 ms."""
    gc.collect()
    gc.freeze()


def _check(processes: WebProcesses) -> None:
    """Wait for the end if the site must not be served as it is."""
    from loopin.serving.start_log import has_errors, log_checks  # noqa: PLC0415  after the apps

    if has_errors():
        processes.report(REFUSED)
        processes.may_serve.wait()
        os._exit(1)
    log_checks()


def _drain_when_told(
    application: Draining, processes: WebProcesses, listener: socket.socket
) -> None:
    processes.must_end.wait()
    drain(application, listener)
    processes.report(DRAINED)


def _why_not_ready(application: Application) -> str:
    """What this process answers to `/api/health/ready`, asked without the network: at the shared
    address another process might answer. Empty if it is ready."""
    environment: dict[str, Any] = {"PATH_INFO": f"/{HEALTH}/ready"}
    setup_testing_defaults(environment)
    answered: list[str] = []
    with turns.taken():
        response: Any = application(environment, lambda status, *_: answered.append(status))
        body = b"".join(response)
        response.close()
    status = answered[0].partition(" ")[0]
    if status == "200":
        return ""
    return str(json.loads(body)["message"]) if status == "503" else f"It answers {status}."
