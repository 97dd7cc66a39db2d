"""The development inbox stores the messages that test mode does not send, for a page that shows
them.

It is a file of JSON lines, `INBOX_PATH`, which the server's processes share. Outside of test mode
there is no such file, and production refuses to start in test mode.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO

import orjson
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.messaging.channels import Channel
from loopin.background.after_commit import attempt

MAX_MESSAGES = 50
"""How many messages the page shows, and how many remain when the file is truncated."""

MAX_BYTES = 256 * 1024


EMAIL = "email"
CHANNEL_LABELS = {**dict(Channel.choices), EMAIL: gettext_lazy("By e-mail")}


@dataclass(frozen=True, kw_only=True)
class Message:
    """`channel`: one of `CHANNEL_LABELS`; e-mail alone has a subject.

    `code`: the digits in it, if it has any; `sent_at`: ISO 8601.
    """

    channel: str
    to: str
    text: str
    sent_at: str
    subject: str = ""
    code: str = ""

    @property
    def channel_label(self) -> str:
        """The channel as the page names it."""
        return str(CHANNEL_LABELS.get(self.channel, self.channel))

    @property
    def sent(self) -> datetime:
        return datetime.fromisoformat(self.sent_at)


def is_open() -> bool:
    return settings.INBOX_PATH is not None


def add_message(channel: str, to: str, text: str, *, code: str = "", subject: str = "") -> None:
    """Store a message. If that fails, it is only logged: the message itself is sent or shown."""
    path = settings.INBOX_PATH
    if path is None:
        return
    sent_at = timezone.now().isoformat(timespec="milliseconds")
    message = Message(
        channel=channel, to=to, text=text, code=code, subject=subject, sent_at=sent_at
    )
    attempt("Writing the development inbox", partial(_append, path, message))


def _append(path: Path, message: Message) -> None:
    with _open_locked(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, fcntl.LOCK_EX) as file:
        file.write(orjson.dumps(vars(message), option=orjson.OPT_APPEND_NEWLINE))
        _truncate(file)


def list_messages() -> list[Message]:
    """The newest fifty, newest first."""
    path = settings.INBOX_PATH
    if path is None:
        return []
    try:
        with _open_locked(path, os.O_RDONLY, fcntl.LOCK_SH) as file:
            lines = file.readlines()[-MAX_MESSAGES:]
    except OSError:
        return []
    return [message for line in reversed(lines) if (message := _read(line))]


def _read(line: bytes) -> Message | None:
    """Read a message; None for a line that is incomplete because the disk was full."""
    try:
        return Message(**json.loads(line))
    except ValueError:
        return None


def _truncate(file: IO[bytes]) -> None:
    """Keep only the newest messages when the locked file has grown too large."""
    if file.tell() <= MAX_BYTES:
        return
    file.seek(0)
    newest = file.readlines()[-MAX_MESSAGES:]
    file.truncate(0)
    file.writelines(newest)


@contextmanager
def _open_locked(path: Path, flags: int, lock: int) -> Iterator[IO[bytes]]:
    """Open the file and lock it until it is closed. Only its owner may read it."""
    mode = "rb" if flags == os.O_RDONLY else "a+b"
    with os.fdopen(_open(path, flags), mode) as file:
        fcntl.flock(file, lock)
        yield file


def _open(path: Path, flags: int) -> int:
    try:
        return os.open(path, flags, 0o600)
    except (FileNotFoundError, NotADirectoryError):
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, flags, 0o600)
