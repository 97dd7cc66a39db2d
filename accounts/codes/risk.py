"""Rates the risk of a recipient before a code is sent: which account it has, and who guesses at it.

Short codes are convenient but weak. They stay safe because a recipient that somebody guesses at
gets longer codes. Locking the owner out instead would help whoever wants to annoy them.
docs/security.md has the arithmetic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from django.conf import settings
from django.utils.timezone import localdate

from accounts import limits
from accounts.codes import hashing
from accounts.codes.recipients import get_number_block
from accounts.models.account import Account
from accounts.models.guess_budget import recipient_hash
from accounts.models.known_device import IS_KNOWN_DEVICE, DeviceProof, proof_parameters
from accounts.models.phone_otp import Purpose
from accounts.models.phone_otp_sql import RESEND_AFTER
from accounts.models.rate_counter import Spent
from loopin.sql import array_of, fetch_row

# The cooldown is that of the lane in which a code would be issued. The limit to as many keys as
# there are tells PostgreSQL that they are few, so that its plan for all values looks each of them
# up.
RISK_OF_RECIPIENT = f"""
SELECT account.id, account.phone_number, account.is_active, account.is_verified, account.email,
       profile.name, account.device_generation, profile.user_id IS NOT NULL,
       requested.is_known_device,
       (SELECT jsonb_object_agg(key, jsonb_build_array(
                   count, CEIL(EXTRACT(EPOCH FROM expires_at - now()))::int))
        FROM (SELECT * FROM unnest(%(keys)s::text[]) LIMIT cardinality(%(keys)s::text[]))
            AS wanted(key) JOIN accounts_ratecounter USING (key) WHERE expires_at > now()),
       (SELECT {RESEND_AFTER} FROM accounts_phoneotp
        WHERE recipient = %(recipient)s AND purpose = %(purpose)s AND consumed_at IS NULL
          AND is_known_device = requested.is_known_device),
       EXISTS (SELECT FROM accounts_guessbudget
               WHERE recipient_hash = %(recipient_hash)s
                 AND is_known_device = requested.is_known_device)
FROM (SELECT {IS_KNOWN_DEVICE} AS is_known_device OFFSET 0) AS requested
LEFT JOIN accounts_user AS account ON account.phone_number = %(recipient)s
LEFT JOIN accounts_userprofile AS profile ON profile.user_id = account.id
"""  # noqa: S608  constants

NONE = Spent(0, 0)

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
    again, 0 if they get them or the recipient is spared. `is_guessed_at`: whether wrong codes were
    typed for it. `resend_after`: seconds of the cooldown that are left. `known`: what limits had
    counted that were asked for, by their keys; nothing was counted for those that it does not have.
    """

    account: Account | None
    is_known_device: bool
    is_sprayed: bool
    verified_in_block: int
    paused_for: int
    is_guessed_at: bool = False
    resend_after: int = 0
    known: Mapping[str, Spent] = field(default_factory=dict)

    @property
    def is_spared(self) -> bool:
        """Whether limits are wider than for strangers: for the known devices of an account, and for
        everybody who asks for its number, unless that would tell strangers that it has one."""
        return _is_spared(self.account, is_known_device=self.is_known_device)

    def may_be_long(self, purpose: Purpose) -> bool:
        """Whether the next code may be longer than usual. Of a recipient that nobody had guessed at
        a moment ago it is not: too few guesses fit between two codes."""
        return self.is_guessed_at or self.min_length(purpose) > usual_length(purpose)

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


def find_risk(
    recipient: str,
    proof: DeviceProof | None = None,
    *,
    purpose: Purpose | None = None,
    keys: Sequence[str] = (),
) -> RecipientRisk:
    """Rate a recipient, in one statement.

    `proof`: of the device that asks. `purpose`: of the code that is asked for, whose cooldown is
    read. `keys`: of limits of which is read what they have counted.
    """
    spray, verified, paused = _keys_about(recipient)
    values = {
        "recipient": recipient,
        "recipient_hash": recipient_hash(recipient),
        "purpose": purpose.value if purpose else "",
        "keys": array_of([spray, verified, paused, *keys]),
        "cooldowns": array_of(settings.OTP_RESEND_SECONDS),
        **proof_parameters(proof),
    }
    row = fetch_row(RISK_OF_RECIPIENT, values)
    assert row is not None  # noqa: S101  there always is one
    *columns, is_known_device, counters, resend_after, is_guessed_at = row
    account = Account(*columns) if columns[0] else None
    known = {key: Spent(*spent) for key, spent in orjson.loads(counters or "{}").items()}
    is_spared = _is_spared(account, is_known_device=is_known_device)
    return RecipientRisk(
        account=account,
        is_known_device=is_known_device,
        is_sprayed=known.get(spray, NONE).count >= settings.OTP_SPRAY_THRESHOLD,
        verified_in_block=known.get(verified, NONE).count,
        paused_for=0 if is_spared else known.get(paused, NONE).seconds,
        is_guessed_at=is_guessed_at,
        resend_after=resend_after or 0,
        known=known,
    )


def _keys_about(recipient: str) -> tuple[str, str, str]:
    """Of the wrong guesses of today, in India; and of the recipient's block: the codes that were
    verified in it, and that it is paused."""
    block = get_number_block(recipient)
    spray = limits.WRONG_GUESSES_TODAY.key_for(localdate())
    return spray, limits.BLOCK_VERIFIED.key_for(block), limits.BLOCK_PAUSED.key_for(block)


def guess_cost(otp_length: int) -> int:
    """What a guess of so many digits is worth, in guesses at a long code."""
    return int(10 ** (hashing.LONG_LENGTH - otp_length))


LONG_AFTER = LONG_AFTER_SHORT_GUESSES * guess_cost(hashing.SHORT_LENGTH)


def count_wrong_guess() -> None:
    """Count a wrong guess against the whole system's limit of today, in India."""
    limits.spend([limits.WRONG_GUESSES_TODAY.limit_for(localdate())])
