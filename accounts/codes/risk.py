"""What is known of a number before a code goes to it: whose it is, and who guesses at it.

Short codes are pleasant and weak. They stay safe because a number that is guessed at gets longer
ones, instead of its owner being locked out: docs/security.md has the arithmetic.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.timezone import localdate

from accounts.codes import hashing
from accounts.models import RateCounter
from accounts.models.account import Account
from accounts.models.rate_counter import DAY_SECONDS, NO_CAP, Limit, paused_key, verified_key
from loopin.sql import fetch_row

STANDING = """
SELECT account.id, account.phone_number, account.is_active, account.is_verified, account.email,
       profile.name,
       budget.guesses,
       budget.short_guesses,
       (SELECT count FROM accounts_ratecounter WHERE key = %(spray)s AND expires_at > now()),
       (SELECT count FROM accounts_ratecounter WHERE key = %(verified)s AND expires_at > now()),
       (SELECT CEIL(EXTRACT(EPOCH FROM expires_at - now()))::int
        FROM accounts_ratecounter WHERE key = %(paused)s AND expires_at > now())
FROM (VALUES (%(phone_number)s::varchar)) AS asked(phone_number)
LEFT JOIN accounts_user AS account ON account.phone_number = asked.phone_number
LEFT JOIN accounts_userprofile AS profile ON profile.user_id = account.id
LEFT JOIN accounts_guessbudget AS budget
       ON budget.address = asked.phone_number
      AND budget.last_guessed_at > now() - interval '365 days'
"""

MEDIUM_AFTER_SHORT_GUESSES = 5
LONG_AFTER_GUESSES = 100


@dataclass(frozen=True)
class Standing:
    """`account` is None for a number without one. `otp_length`: digits of its next code.

    `verified_in_block`: codes typed in 24 hours at numbers alike but for their last 3 digits;
    `paused_for`: seconds until such numbers get codes again, 0 if they do.
    """

    account: Account | None
    otp_length: int
    verified_in_block: int
    paused_for: int


def of(phone_number: str) -> Standing:
    """The standing of a number, in one statement."""
    values = {
        "phone_number": phone_number,
        "spray": _spray_key(),
        "verified": verified_key(phone_number),
        "paused": paused_key(phone_number),
    }
    row = fetch_row(STANDING, values)
    assert row is not None  # noqa: S101  the number itself is the row
    account, counts = row[:6], [count or 0 for count in row[6:]]
    guesses, short_guesses, sprayed, verified, paused_for = counts
    return Standing(
        account=Account(*account) if account[0] else None,
        otp_length=_otp_length(guesses, short_guesses, sprayed),
        verified_in_block=verified,
        paused_for=paused_for,
    )


def _otp_length(guesses: int, short_guesses: int, sprayed: int) -> int:
    if guesses >= LONG_AFTER_GUESSES:
        return hashing.LONG_LENGTH
    if short_guesses >= MEDIUM_AFTER_SHORT_GUESSES or sprayed >= settings.OTP_SPRAY_THRESHOLD:
        return max(hashing.MEDIUM_LENGTH, settings.OTP_LENGTH)
    return settings.OTP_LENGTH


def count_wrong_guess() -> None:
    """Count a wrong guess of the whole system, today in India."""
    RateCounter.objects.spend([Limit(_spray_key(), NO_CAP, DAY_SECONDS)])


def _spray_key() -> str:
    return f"wrong_guesses:{localdate()}"
