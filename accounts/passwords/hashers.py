"""Hashes passwords, slowly on purpose, and only as many at once as the machine has cores.

Every way to a password goes through these classes: customers and staff, the admin, and the hash of
nothing that makes an unknown name take as long as a wrong password.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth import hashers

from accounts.passwords.errors import PasswordsBusy
from loopin.serving.concurrency import ConcurrencyLimit, cores_for_process

WAIT_SECONDS = 2

hashing = ConcurrencyLimit(
    at_once=cores_for_process(),
    waiting=min(4, settings.WORKER_THREADS // 4),
    wait_seconds=WAIT_SECONDS,
    busy=PasswordsBusy,
)


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """Argon2id as OWASP advises: 19 MiB, two passes, one lane. Raises PasswordsBusy.

    https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
    """

    memory_cost = 19 * 1024  # KiB
    time_cost = 2
    parallelism = 1

    def encode(self, password: Any, salt: Any) -> str:
        with hashing.turn():
            return super().encode(password, salt)

    def verify(self, password: Any, encoded: str) -> bool:
        with hashing.turn():
            return super().verify(password, encoded)


class PBKDF2PasswordHasher(hashers.PBKDF2PasswordHasher):
    """Verifies older hashes; Django's `verify` calls `encode`. Raises PasswordsBusy."""

    def encode(self, password: Any, salt: Any, iterations: int | None = None) -> str:
        with hashing.turn():
            return super().encode(password, salt, iterations)


class ScryptPasswordHasher(hashers.ScryptPasswordHasher):
    """The same."""

    def encode(self, password: Any, salt: Any, *costs: int | None, **named: int | None) -> str:
        with hashing.turn():
            return super().encode(password, salt, *costs, **named)
