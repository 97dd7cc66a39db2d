from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.core.management import call_command

from accounts.models import User


class Command(createsuperuser.Command):
    """Django's command, which also prints the first invitation, because there is nobody yet to
    send one."""

    help = "Create a superuser, and print the link with which they set up their second factor."

    def handle(self, *args: Any, **options: Any) -> None:
        before = _newest()
        super().handle(*args, **options)
        newest = _newest()
        if newest is not None and newest != before:  # without a terminal nobody is made
            call_command("invite_staff", newest.username, stdout=self.stdout, stderr=self.stderr)


def _newest() -> User | None:
    return User.objects.filter(is_superuser=True).order_by("-pk").first()
