from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.staff import enrolment
from loopin.crypto.encryption import DecryptionFailed


class Command(BaseCommand):
    help = "Encrypt the keys of staff's authenticator apps anew, with the first of ENCRYPTION_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = enrolment.reencrypt_keys()
        except DecryptionFailed as error:
            raise CommandError(f"Nothing is changed. {error}") from None
        self.stdout.write(f"Keys that are encrypted anew: {count}.")
