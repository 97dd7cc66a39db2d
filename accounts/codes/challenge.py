"""One code from being issued to being used. It is readable while it is issued, and never later."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts import limits
from accounts.codes import hashing
from accounts.codes.recipients import get_number_block
from accounts.models import PhoneOTP
from accounts.models.phone_otp import ChargedRow, ConsumedRow, IssuedRow, Purpose
from loopin.errors import raises


@dataclass(frozen=True)
class IssuedCode(IssuedRow):
    """A code that is about to be sent. `otp_code` is the only readable copy of it."""

    otp_code: str


@dataclass(frozen=True)
class Challenge(ChargedRow):
    """A live code for which one more guess has been counted, and may be compared."""

    @property
    def attempts_remaining(self) -> int:
        return settings.OTP_MAX_ATTEMPTS - self.attempts

    def accepts(self, otp_code: str) -> bool:
        """Whether this is the code, compared in constant time."""
        return hashing.is_matching_code(
            otp_code,
            self.otp_hash,
            salt=self.otp_salt,
            purpose=self.purpose,
            recipient=self.recipient,
        )

    def consume(self) -> ConsumedRow | None:
        """Mark the code as used; None if another request used or replaced it first."""
        is_short = self.otp_length < hashing.MEDIUM_LENGTH
        verified_limit = limits.BLOCK_VERIFIED.limit_for(get_number_block(self.recipient))
        consumed: ConsumedRow | None = PhoneOTP.objects.consume(
            self, is_short=is_short, verified_limit=verified_limit
        )
        return consumed


@raises(PhoneOTP.objects.issue)
def issue(
    recipient: str, purpose: Purpose, otp_code: str, *, claims: dict[str, Any] | None = None
) -> IssuedCode:
    """Save this code, which replaces any earlier one. `claims`: see accounts/codes/claims.py."""
    salt = hashing.generate_salt()
    otp_hash = hashing.hash_code(otp_code, salt=salt, purpose=purpose, recipient=recipient)
    row = PhoneOTP.objects.issue(
        recipient,
        purpose,
        otp_hash=otp_hash,
        otp_salt=salt,
        otp_length=len(otp_code),
        claims=claims or {},
    )
    return IssuedCode(**vars(row), otp_code=otp_code)


@raises(PhoneOTP.objects.charge)
def charge(recipient: str, purpose: Purpose, otp_length: int) -> Challenge:
    """Count one guess of so many digits."""
    charged: Any = PhoneOTP.objects.charge(
        recipient, purpose, otp_length, short_below=hashing.MEDIUM_LENGTH
    )
    return Challenge(**vars(charged))
