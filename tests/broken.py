"""A mail server, a storage and a database in trouble of any kind: the first two are named by the
settings as real ones are."""

from smtplib import SMTPException
from typing import Any, ClassVar

from django.core.files.storage import FileSystemStorage
from django.core.mail.backends.base import BaseEmailBackend

from loopin.sql import execute

MAIL, STORAGE = "tests.broken.Mail", "tests.broken.Storage"

TROUBLES = [
    SMTPException("esha@example.com refused"),
    OSError("esha@example.com: no route to host"),
    UnicodeEncodeError("ascii", "esha@example.com\u202c", 16, 17, "ordinal not in range"),
    ValueError("esha@example.com cannot be in a header"),
    RuntimeError("a bug in front of esha@example.com"),
]
"""Their words name a recipient, who must not get into the log."""


class Mail(BaseEmailBackend):
    trouble: ClassVar[Exception]

    def send_messages(self, email_messages: Any) -> int:
        raise self.trouble


class Storage(FileSystemStorage):
    """It takes `room` files, and deletes none."""

    trouble: ClassVar[Exception]
    room: ClassVar[int] = 0

    def save(self, *args: Any, **options: Any) -> str:
        if not Storage.room:
            raise self.trouble
        Storage.room -= 1
        return super().save(*args, **options)

    def delete(self, name: str) -> None:
        raise self.trouble


def refuse_rows(table: str, condition: str) -> None:
    """The database refuses to write a row of this table for which the SQL condition holds."""
    execute(
        f"CREATE FUNCTION refuse_row() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF {condition} THEN RAISE 'broken'; END IF; RETURN NEW; END $$",
        [],
    )
    execute(
        f"CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_row()",
        [],
    )
