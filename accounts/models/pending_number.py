from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.known_device import DeviceProof, proof_parameters
from accounts.models.phone_otp import Purpose
from accounts.models.phone_otp_rows import PendingCode
from accounts.models.phone_otp_sql import LAST
from accounts.models.user import E164_PATTERN
from loopin.sql import fetch_row

LIFETIME = timedelta(hours=24)
"""How long a browser can go on with a number. The code itself lives for minutes."""

# The number together with the code that it waits for, which may have been used or never sent.
FIND = f"""
SELECT number.phone_number, number.is_typed, code.otp_length, code.resend_after
FROM accounts_pendingnumber AS number
LEFT JOIN LATERAL ({LAST.replace("%(recipient)s", "number.phone_number")}) AS code ON TRUE
WHERE number.id = %(id)s AND number.created_at > now() - %(lifetime)s
"""  # noqa: S608  of constants


@dataclass(frozen=True)
class AwaitedNumber:
    """The number that awaits a code in one browser, and the code.

    `name`: the id of its row, for the forms. `is_typed`: whether it was typed in this browser.
    """

    name: str
    phone_number: str
    is_typed: bool
    code: PendingCode


class PendingNumberQuerySet(models.QuerySet["PendingNumber"]):
    def find(
        self, name: str | None, purpose: Purpose, proof: DeviceProof | None
    ) -> AwaitedNumber | None:
        """The number of this name with its code; one statement, none without a name."""
        values: dict[str, Any] = {
            "id": _id_of(name),
            "lifetime": LIFETIME,
            "purpose": purpose.value,
            "cooldowns": settings.OTP_RESEND_SECONDS,
            **proof_parameters(proof),
        }
        row = fetch_row(FIND, values) if values["id"] else None
        if row is None:
            return None
        phone_number, is_typed, otp_length, resend_after = row
        code = PendingCode(otp_length or settings.OTP_LENGTH, resend_after or 0)
        return AwaitedNumber(values["id"].hex, phone_number, is_typed, code)

    def find_typed(self, name: str | None) -> str | None:
        """The number of this name if its browser typed it; one statement, none without a name."""
        pk = _id_of(name)
        if pk is None:
            return None
        typed = self.filter(pk=pk, is_typed=True, created_at__gt=Now() - LIFETIME)
        return typed.values_list("phone_number", flat=True).first()

    def remember(self, phone_number: str, *, is_typed: bool, names: Iterable[str] = ()) -> str:
        """Keep a number for a browser; returns the name for its cookie.

        `names`: those that the browser has. One of the same number is kept for longer, so that
        asking again makes no other. One statement without any, otherwise two.
        """
        ids = [pk for pk in map(_id_of, names) if pk is not None]
        known = self.filter(pk__in=ids, phone_number=phone_number, is_typed=is_typed)
        pk = known.values_list("pk", flat=True).first() if ids else None
        if pk is not None and self.filter(pk=pk).update(created_at=Now()):
            return pk.hex
        return self.create(phone_number=phone_number, is_typed=is_typed).pk.hex

    def past_retention(self) -> Self:
        return self.filter(created_at__lt=Now() - LIFETIME)


def _id_of(name: Any) -> UUID | None:
    try:
        return UUID(name)
    except (ValueError, TypeError, AttributeError):
        return None


class PendingNumber(models.Model):
    """A number that awaits its code in a browser, whose cookie has only the random id of this row.

    `is_typed`: whether it was typed in that browser. A number that came by a link was not.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    phone_number = models.CharField(max_length=16, db_index=True)
    is_typed = models.BooleanField()
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    objects = PendingNumberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(phone_number__regex=E164_PATTERN), name="pendingnumber_is_e164"
            ),
        ]

    def __str__(self) -> str:
        return f"Pending number {self.pk}"
