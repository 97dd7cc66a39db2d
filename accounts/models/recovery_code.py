import re
import secrets

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from loopin.text import spelling

COUNT = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without characters that look like one another: i, l, o, 0 and 1."""
GROUPS, GROUP_CHARACTERS = 4, 4
"""79 bits; NIST SP 800-63B §3.1.2.2 asks look-up secrets for at least 20."""


def normalize(code: str) -> str:
    """The code without spaces and hyphens, in small letters, with ASCII digits."""
    return re.sub(r"[\s-]", "", spelling.fold_digits(code)).lower()


def generate_code() -> str:
    """A random code, as people see it: `abcd-efgh-jkmn-pqrs`."""
    return "-".join(
        "".join(secrets.choice(ALPHABET) for _ in range(GROUP_CHARACTERS)) for _ in range(GROUPS)
    )


def hash_code(code: str, *, user_id: int) -> str:
    """HMAC-SHA256 (hex) under a key made from `SECRET_KEY`, which is not in the database."""
    value = f"{user_id}:{normalize(code)}"
    return salted_hmac("accounts.recovery_code", value, algorithm="sha256").hexdigest()


class RecoveryCodeQuerySet(models.QuerySet["RecoveryCode"]):
    def unused(self, user_id: int) -> "RecoveryCodeQuerySet":
        return self.filter(user_id=user_id, used_at=None)

    def renew(self, user_id: int) -> list[str]:
        """Replace all codes by ten fresh ones.

        Only their hashes are stored, so they can be read now and never again.
        """
        self.filter(user_id=user_id).delete()
        codes = [generate_code() for _ in range(COUNT)]
        self.bulk_create(
            RecoveryCode(user_id=user_id, code_hash=hash_code(code, user_id=user_id))
            for code in codes
        )
        return codes

    def use(self, user_id: int, code: str) -> bool:
        """Mark a code as used. Of simultaneous callers with one code only one gets True."""
        code_hash = hash_code(code, user_id=user_id)
        return bool(self.unused(user_id).filter(code_hash=code_hash).update(used_at=Now()))


class RecoveryCode(models.Model):
    """Lets a member of staff in once without the authenticator app. Only its hash is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes"
    )
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True, blank=True)

    objects = RecoveryCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_is_unique"),
        ]

    def __str__(self) -> str:
        return f"Recovery code of user {self.user_id}"
