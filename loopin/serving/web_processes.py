"""What a server and its web processes, which fork from it, tell each other."""

import json
import os
import select
import time
from collections.abc import Iterator
from contextlib import suppress


class PipeEvent:
    """An event that the process that made it sets, for all that forked from it.

    It is a pipe that ends when its last writing end is closed, so that it is set too when the
    process that made it dies, and is set at once for those who come later.
    """

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        self._has_write = True

    def leave_to_parent(self) -> None:
        """Each process that forks calls this first, or the event would never be set."""
        self.set()

    def set(self) -> None:
        if self._has_write:
            self._has_write = False
            os.close(self._write)

    def is_set(self) -> bool:
        return bool(select.select([self._read], [], [], 0)[0])

    def wait(self) -> None:
        os.read(self._read, 1)


class WebProcesses:
    """`may_serve` is set when they may accept connections, `must_end` when they shall accept no
    more. `has_to_be_ready`: whether each waits until it is ready before it says that it is."""

    def __init__(self, *, has_to_be_ready: bool) -> None:
        self.has_to_be_ready = has_to_be_ready
        self.may_serve = PipeEvent()
        self.must_end = PipeEvent()
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        self._rest = b""

    def join(self) -> None:
        """Each web process calls this first."""
        self.may_serve.leave_to_parent()
        self.must_end.leave_to_parent()

    def report(self, state: str) -> None:
        """A web process tells its parent of a state. Short, so that lines do not mix.

        A parent that serves reads no more: the processes that it starts in the place of others
        would fill the pipe in the end, and wait.
        """
        line = json.dumps([os.getpid(), state[:300]]) + "\n"
        with suppress(BlockingIOError):
            os.write(self._write, line.encode())

    def reports(self, seconds: float | None) -> Iterator[tuple[int, str]]:
        """The parent reads process ids and states, for so many seconds or for ever.

        It yields an empty state now and then, so that whoever reads can look elsewhere.
        """
        end = None if seconds is None else time.monotonic() + seconds
        while end is None or time.monotonic() < end:
            yield 0, ""
            if select.select([self._read], [], [], 0.2)[0]:
                *lines, self._rest = (self._rest + os.read(self._read, 4096)).split(b"\n")
                for line in lines:
                    pid, state = json.loads(line)
                    yield pid, state
