"""Rates the risk of a recipient before a code is sent: which account it has, and who guesses at it.

Short codes are convenient but weak. They stay safe because a recipient that somebody guesses at
gets longer codes. Locking the owner out instead would help whoever wants to annoy them.
docs/security.md has the arithmetic.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.timezone import localdate

from accounts import limits
from accounts.codes import hashing
from accounts.codes.recipients import get_number_block
from accounts.models.account import Account
from accounts.models.known_device import IS_KNOWN_DEVICE, DeviceProof, proof_parameters
from accounts.models.phone_otp import Purpose
from loopin.sql import fetch_row

RISK_OF_RECIPIENT = f"""
SELECT account.id, account.phone_number, account.is_active, account.is_verified, account.email,
       profile.name, account.device_generation, profile.user_id IS NOT NULL,
       {IS_KNOWN_DEVICE},
       (SELECT count FROM accounts_ratecounter WHERE key = %(spray)s AND expires_at > now()),
       (SELECT count FROM accounts_ratecounter WHERE key = %(verified)s AND expires_at > now()),
       (SELECT CEIL(EXTRACT(EPOCH FROM expires_at - now()))::int
        FROM accounts_ratecounter WHERE key = %(paused)s AND expires_at > now())
FROM (VALUES (%(recipient)s::varchar)) AS requested(recipient)
LEFT JOIN accounts_user AS account ON account.phone_number = requested.recipient
LEFT JOIN accounts_userprofile AS profile ON profile.user_id = account.id
"""  # noqa: S608  constants

LONG_AFTER_SHORT_GUESSES = 5
"""After so many wrong guesses at 4 digits, or others that are worth as much, codes are long."""


@dataclass(frozen=True)
class RecipientRisk:
    """What is known of a recipient before a code is sent.

    `account` is None for a recipient without one. `is_known_device`: whether the device that asks
    signed in to the recipient's account before. `is_sprayed`: whether so many wrong guesses were
    made at all numbers together that strangers get no short codes today. A block is all numbers
    that differ in their last 3 digits only. `verified_in_block`: codes of its numbers without an
    account that were verified in 24 hours. `paused_for`: seconds until such numbers get codes
    again, 0 if they get them or the recipient is spared.
    """

    account: Account | None
    is_known_device: bool
    is_sprayed: bool
    verified_in_block: int
    paused_for: int

    @property
    def is_spared(self) -> bool:
        """Whether limits are wider than for strangers: for the known devices of an account, and for
        everybody who asks for its number, unless that would tell strangers that it has one."""
        return _is_spared(self.account, is_known_device=self.is_known_device)

    def min_length(self, purpose: Purpose) -> int:
        """Digits of the next code, if not too much was guessed at the recipient for a short one."""
        may_be_short = self.is_known_device or not self.is_sprayed
        return max(usual_length(purpose), 0 if may_be_short else hashing.MEDIUM_LENGTH)


def _is_spared(account: Account | None, *, is_known_device: bool) -> bool:
    return is_known_device or (account is not None and not settings.UNIFIED_SIGNUP)


def usual_length(purpose: Purpose) -> int:
    """Digits of codes at which nobody guesses: more where they permit more than signing in."""
    least = hashing.SHORT_LENGTH if purpose == Purpose.SIGN_IN else hashing.MEDIUM_LENGTH
    return max(least, settings.OTP_LENGTH)


def find_risk(recipient: str, proof: DeviceProof | None = None) -> RecipientRisk:
    """Rate a recipient, in one statement. `proof`: of the device that asks."""
    block = get_number_block(recipient)
    values = {
        "recipient": recipient,
        "spray": limits.WRONG_GUESSES_TODAY.key_for(localdate()),
        "verified": limits.BLOCK_VERIFIED.key_for(block),
        "paused": limits.BLOCK_PAUSED.key_for(block),
        **proof_parameters(proof),
    }
    row = fetch_row(RISK_OF_RECIPIENT, values)
    assert row is not None  # noqa: S101  the recipient itself is the row
    account = Account(*row[:8]) if row[0] else None
    sprayed, verified, paused_for = (count or 0 for count in row[9:])
    return RecipientRisk(
        account=account,
        is_known_device=row[8],
        is_sprayed=sprayed >= settings.OTP_SPRAY_THRESHOLD,
        verified_in_block=verified,
        paused_for=0 if _is_spared(account, is_known_device=row[8]) else paused_for,
    )


def guess_cost(otp_length: int) -> int:
    """What a guess of so many digits is worth, in guesses at a long code."""
    return int(10 ** (hashing.LONG_LENGTH - otp_length))


LONG_AFTER = LONG_AFTER_SHORT_GUESSES * guess_cost(hashing.SHORT_LENGTH)


def count_wrong_guess() -> None:
    """Count a wrong guess against the whole system's limit of today, in India."""
    limits.spend([limits.WRONG_GUESSES_TODAY.limit_for(localdate())])
