"""Tells systemd, if it started this process, which process serves (sd_notify(3))."""

import os
import socket
from contextlib import suppress


def tell_ready() -> None:
    """That this process is the service's main one, and is ready.

    Without systemd, or where it does not wait to be told, nothing happens.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # in the abstract namespace
        address = f"\0{address[1:]}"
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.sendto(f"READY=1\nMAINPID={os.getpid()}".encode(), address)
