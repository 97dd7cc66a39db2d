from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.phone import numbers
from leads.actions import forget


class Command(BaseCommand):
    """For people whose lead is not on the desk, such as accounts without a proven number."""

    help = "Delete the person of a phone number or of an account's e-mail address, on request."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recipient", help="the number with its country code, or the address")

    def handle(self, *args: Any, recipient: str, **options: Any) -> None:
        try:
            found = recipient if "@" in recipient else numbers.normalise(recipient)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if not forget.forget_recipient(found):
            raise CommandError("There is no lead and no account of this person.")
        self.stdout.write("The person is deleted. The counts stay.")
