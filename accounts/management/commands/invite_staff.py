from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.staff import enrolment, flows
from accounts.staff.errors import AlreadyEnrolled


class Command(BaseCommand):
    """For the first superuser, and for when nobody is left who can invite from the admin."""

    help = "Print a link with which a member of staff sets up a second factor, once, in 24 hours."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--reset",
            action="store_true",
            help="first remove the second factor, and end sessions and API tokens",
        )

    def handle(self, *args: Any, username: str, reset: bool, **options: Any) -> None:
        username = User.normalize_username(username)
        member = User.objects.filter(username=username, is_staff=True).first()
        if member is None:
            raise CommandError(f"There is no member of staff with the user name {username}.")
        if reset:
            flows.reset_second_factor(member.pk)
        try:
            link = enrolment.invite(member.pk)
        except AlreadyEnrolled:
            raise CommandError(
                f"{username} has a second factor. Add --reset to remove it."
            ) from None
        self.stdout.write(
            f"The invitation of {username}, which works once, for 24 hours, and with the password:"
            f"\n{link}"
        )
