"""Development's messages: what would have been sent, kept for a page that a newcomer can read.

A file of JSON lines, `INBOX_PATH`, shared by the server's processes. Outside of test mode there is
none, so nothing is kept or read, and production refuses to start in test mode.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.messaging.channels import Channel

logger = logging.getLogger(__name__)

MAX_MESSAGES = 50
"""Messages on the page, and those that are left when the file is cut."""

MAX_BYTES = 256 * 1024


EMAIL = "email"
CHANNEL_LABELS = {**dict(Channel.choices), EMAIL: gettext_lazy("By e-mail")}


@dataclass(frozen=True, kw_only=True)
class Message:
    """`channel`: one of `CHANNEL_LABELS`; e-mail alone has a subject.

    `code`: the digits in it, if it brings some; `sent_at`: ISO 8601.
    """

    channel: str
    to: str
    text: str
    sent_at: str
    subject: str = ""
    code: str = ""

    @property
    def channel_label(self) -> str:
        """The words for its channel."""
        return str(CHANNEL_LABELS.get(self.channel, self.channel))

    @property
    def sent(self) -> datetime:
        return datetime.fromisoformat(self.sent_at)


def is_open() -> bool:
    return settings.INBOX_PATH is not None


def add_message(channel: str, to: str, text: str, *, code: str = "", subject: str = "") -> None:
    """Keep a message. A disk that refuses it is no reason not to go on."""
    path = settings.INBOX_PATH
    if path is None:
        return
    sent_at = timezone.now().isoformat(timespec="milliseconds")
    message = Message(
        channel=channel, to=to, text=text, code=code, subject=subject, sent_at=sent_at
    )
    try:
        with _open_locked(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, fcntl.LOCK_EX) as file:
            file.write(json.dumps(asdict(message)).encode() + b"\n")
            _truncate(file)
    except OSError:
        logger.warning("The development inbox cannot be written", exc_info=True)


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
    """None for a line that a full disk cut off."""
    try:
        return Message(**json.loads(line))
    except ValueError:
        return None


def _truncate(file: IO[bytes]) -> None:
    """Keep the newest alone when the file has grown too large. It is locked."""
    if file.tell() <= MAX_BYTES:
        return
    file.seek(0)
    newest = file.readlines()[-MAX_MESSAGES:]
    file.truncate(0)
    file.writelines(newest)


@contextmanager
def _open_locked(path: Path, flags: int, lock: int) -> Iterator[IO[bytes]]:
    """The file, locked until it is closed; nobody else on the machine may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = "rb" if flags == os.O_RDONLY else "a+b"
    with os.fdopen(os.open(path, flags, 0o600), mode) as file:
        fcntl.flock(file, lock)
        yield file
