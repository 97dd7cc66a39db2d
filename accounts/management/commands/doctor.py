from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.messaging import doctor
from accounts.phone import numbers


class Command(BaseCommand):
    """Ends with status 1 if something was found, so that a deployment can ask it."""

    help = "Find out whether messages to phones can go out, and what to mend if not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", metavar="NUMBER", help="also send an SMS to this number")

    def handle(self, *args: Any, to: str | None, **options: Any) -> None:
        sent = doctor.send_test(_number(to)) if to else []
        if troubles := dict.fromkeys([*doctor.find_troubles(), *sent]):
            raise CommandError("\n".join(troubles))
        if settings.SMS_PROVIDER == "log_only":
            self.stdout.write("Test mode: nothing is sent. Codes show in the log and in the inbox.")
        else:
            self.stdout.write(f"{settings.SMS_PROVIDER} takes messages.")


def _number(typed: str) -> str:
    try:
        return numbers.normalise(typed)
    except ValidationError as error:
        raise CommandError(error.messages[0]) from None
