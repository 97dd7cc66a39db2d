import math
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Self

import orjson
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Extract, Now

from accounts import otp
from accounts.errors import AttemptsExceeded, CodeExpired, CodeNotFound, ResendTooSoon
from accounts.models.user import E164_PATTERN
from loopin.errors import LoopinError
from loopin.sql import execute, fetch_row

# A fresh challenge for a number, unless the last one is too young. `replaced` locks the row before
# it reads it, so what it returns is exactly what the new challenge overwrote.
ISSUE = """
WITH replaced AS (
    UPDATE accounts_phoneotp AS otp
    SET otp_hash = %(otp_hash)s, otp_salt = %(otp_salt)s, attempts = 0, is_verified = FALSE,
        created_at = now(), sent_at = now(), consumed_at = NULL,
        expires_at = now() + make_interval(secs => %(lifetime)s)
    FROM (
        SELECT * FROM accounts_phoneotp
        WHERE phone_number = %(phone_number)s AND purpose = %(purpose)s
        FOR UPDATE
    ) AS previous
    WHERE otp.id = previous.id
      AND (previous.consumed_at IS NOT NULL
           OR previous.sent_at <= now() - make_interval(secs => %(cooldown)s))
    RETURNING otp.id, to_jsonb(previous) AS previous
), created AS (
    INSERT INTO accounts_phoneotp (phone_number, purpose, otp_hash, otp_salt, attempts,
                                   is_verified, created_at, sent_at, expires_at)
    SELECT %(phone_number)s, %(purpose)s, %(otp_hash)s, %(otp_salt)s, 0,
           FALSE, now(), now(), now() + make_interval(secs => %(lifetime)s)
    WHERE NOT EXISTS (
        SELECT 1 FROM accounts_phoneotp
        WHERE phone_number = %(phone_number)s AND purpose = %(purpose)s
    )
    ON CONFLICT (phone_number, purpose) DO NOTHING
    RETURNING id, NULL::jsonb
)
SELECT * FROM replaced UNION ALL SELECT * FROM created
"""

# Counting comes before comparing, in one statement: however many guesses arrive at once, no more
# than `max_attempts` of them get the hash to compare with.
CHARGE = """
UPDATE accounts_phoneotp
SET attempts = attempts + 1
WHERE phone_number = %s AND purpose = %s AND consumed_at IS NULL
  AND expires_at > now() AND attempts < %s
RETURNING id, phone_number, purpose, otp_hash, otp_salt, attempts
"""

CONSUME = """
UPDATE accounts_phoneotp
SET consumed_at = now(), is_verified = TRUE
WHERE id = %s AND otp_hash = %s AND consumed_at IS NULL
"""


KEPT_AFTER_EXPIRY = timedelta(hours=24)


class Purpose(models.TextChoices):
    SIGN_IN = "sign_in", "Sign in"


@dataclass(frozen=True)
class IssuedCode:
    """A code on its way to its owner. `otp_code` is the one place where it can be read."""

    otp_id: int
    otp_code: str
    otp_hash: str
    previous: dict[str, Any] | None


@dataclass(frozen=True)
class Challenge:
    """A live code of which one more guess has been counted."""

    otp_id: int
    phone_number: str
    purpose: str
    otp_hash: str
    otp_salt: str
    attempts: int

    @property
    def attempts_remaining(self) -> int:
        return settings.OTP_MAX_ATTEMPTS - self.attempts

    def accepts(self, otp_code: str) -> bool:
        """Whether this is the code, compared in constant time."""
        return otp.is_code(
            otp_code,
            self.otp_hash,
            salt=self.otp_salt,
            purpose=self.purpose,
            phone_number=self.phone_number,
        )

    def consume(self) -> bool:
        """Use the code up; False if another request used or replaced it first."""
        return execute(CONSUME, [self.otp_id, self.otp_hash]) == 1


class PhoneOTPQuerySet(models.QuerySet["PhoneOTP"]):
    def issue(self, phone_number: str, purpose: Purpose) -> IssuedCode:
        """Put a fresh code in place of any earlier one.

        Raises ResendTooSoon while the last code is younger than `OTP_RESEND_SECONDS`.
        """
        code, salt = otp.draw_code(settings.OTP_LENGTH), otp.draw_salt()
        otp_hash = otp.hash_code(code, salt=salt, purpose=purpose, phone_number=phone_number)
        values = {
            "phone_number": phone_number,
            "purpose": purpose.value,
            "otp_hash": otp_hash,
            "otp_salt": salt,
            "lifetime": settings.OTP_LIFETIME_SECONDS,
            "cooldown": settings.OTP_RESEND_SECONDS,
        }
        row = fetch_row(ISSUE, values)
        if row is None:
            raise ResendTooSoon(max(1, self.seconds_until_resend(phone_number, purpose)))
        previous = orjson.loads(row[1]) if row[1] else None
        return IssuedCode(row[0], code, otp_hash, previous)

    def withdraw(self, issued: IssuedCode) -> None:
        """Take back a code that could not be sent: all is as it was before `issue`."""
        row = self.filter(pk=issued.otp_id, otp_hash=issued.otp_hash)
        if issued.previous is None:
            row.delete()
        else:
            row.update(**issued.previous)

    def charge(self, phone_number: str, purpose: Purpose) -> Challenge:
        """Count one guess and return the challenge to compare it with.

        Run it outside any transaction, so that the count stays whatever happens next.

        Raises CodeNotFound, CodeExpired or AttemptsExceeded, and then counts nothing.
        """
        values = [phone_number, purpose.value, settings.OTP_MAX_ATTEMPTS]
        row = fetch_row(CHARGE, values)
        if row is None:
            raise self._refusal(phone_number, purpose)
        return Challenge(*row)

    def _refusal(self, phone_number: str, purpose: Purpose) -> LoopinError:
        row = self.filter(phone_number=phone_number, purpose=purpose, consumed_at=None)
        attempts = row.values_list("attempts", flat=True).first()
        if attempts is None:
            return CodeNotFound()
        if attempts >= settings.OTP_MAX_ATTEMPTS:
            return AttemptsExceeded(max(1, self.seconds_until_resend(phone_number, purpose)))
        return CodeExpired()

    def long_over(self) -> Self:
        """Expired 24 hours ago or earlier, used or not."""
        return self.filter(expires_at__lt=Now() - KEPT_AFTER_EXPIRY)

    def seconds_until_resend(self, phone_number: str, purpose: Purpose) -> int:
        """Whole seconds by the database's clock; 0 when a code may be sent."""
        last = self.filter(phone_number=phone_number, purpose=purpose, consumed_at=None)
        age: Decimal | None = last.values_list(
            Extract(Now() - F("sent_at"), "epoch"), flat=True
        ).first()
        if age is None:
            return 0
        return max(0, math.ceil(settings.OTP_RESEND_SECONDS - age))


class PhoneOTP(models.Model):
    """The one live code of a number for a purpose. Its owner alone can read it, in the message."""

    phone_number = models.CharField(max_length=16)
    purpose = models.CharField(max_length=20, choices=Purpose)
    otp_hash = models.CharField(max_length=64)
    otp_salt = models.CharField(max_length=32)
    attempts = models.PositiveSmallIntegerField(default=0)
    is_verified = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    consumed_at = models.DateTimeField(null=True, blank=True)

    objects = PhoneOTPQuerySet.as_manager()

    class Meta:
        verbose_name = "phone OTP"
        constraints = [
            models.UniqueConstraint("phone_number", "purpose", name="otp_is_one_per_purpose"),
            models.CheckConstraint(
                condition=Q(phone_number__regex=E164_PATTERN), name="otp_phone_is_e164"
            ),
            models.CheckConstraint(
                condition=Q(attempts__lte=settings.OTP_MAX_ATTEMPTS), name="otp_attempts_are_capped"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="otp_expires_after_creation"
            ),
            models.CheckConstraint(
                condition=Q(is_verified=False) | Q(consumed_at__isnull=False),
                name="otp_verified_is_consumed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} code for a number ending in {self.phone_number[-2:]}"
