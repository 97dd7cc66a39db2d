from typing import Any

from django.conf import settings
from django.core.checks import ERROR, CheckMessage
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.messaging import doctor
from accounts.phone import numbers
from loopin.doctor.registry import examine, subjects


class Command(BaseCommand):
    """Ends with status 1 if something was found, so that a deployment can ask it."""

    help = "Examine this host, its database and what it depends on: what is wrong, and the mend."
    requires_system_checks: list[str] = []  # it runs them itself, and goes on after an error

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=subjects(), help="examine this alone")
        parser.add_argument("--to", metavar="NUMBER", help="also send an SMS to this number")

    def handle(self, *args: Any, only: str | None, to: str | None, **options: Any) -> None:
        number = _number(to) if to else None
        chosen = [only] if only else subjects()
        found = [*examine(chosen), *(doctor.send_test(number) if number else [])]
        if found:
            raise CommandError("\n".join(dict.fromkeys(map(_described, found))))
        self.stdout.write(f"Nothing is wrong: {', '.join(chosen)}.")
        if settings.SMS_PROVIDER == "log_only":
            self.stdout.write("Test mode: nothing is sent. Codes show in the log and in the inbox.")


def _described(message: CheckMessage) -> str:
    grade = "Error" if message.level >= ERROR else "Warning"
    mend = f"\n    {message.hint}" if message.hint else ""
    return f"{grade}: {message.msg} ({message.id}){mend}"


def _number(typed: str) -> str:
    try:
        return numbers.normalise(typed)
    except ValidationError as error:
        raise CommandError(error.messages[0]) from None
