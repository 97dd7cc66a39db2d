"""The statements about codes, as methods: each of them is atomic by itself."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

import orjson
from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from accounts.errors import AttemptsExceeded, CodeExpired, CodeNotFound, ResendTooSoon, WrongLength
from accounts.models.guess_budget import recipient_hash
from accounts.models.known_device import DeviceProof, proof_parameters
from accounts.models.message_sql import HAND_OVER
from accounts.models.phone_otp_rows import (
    ChargedRow,
    EarlierCodes,
    Guess,
    IssuedRow,
    LastCode,
    MessageFacts,
    PendingCode,
)
from accounts.models.phone_otp_sql import CHARGE, CONSUME, ISSUE, LAST, UNCHARGE
from accounts.models.rate_counter import Limit, Spent, parameters_of
from loopin.errors import LoopinError, raises
from loopin.sql import array_of, execute, fetch_row
from loopin.statements.composed import Part, Row, run

if TYPE_CHECKING:
    from accounts.models.phone_otp import PhoneOTP, Purpose  # noqa: F401  the class of the rows

KEPT_AFTER_EXPIRY = timedelta(hours=24)


class PhoneOTPQuerySet(models.QuerySet["PhoneOTP"]):
    """A `proof` is given for a known device of the recipient, which has a code of its own; None
    stands for everybody else."""

    @raises(ResendTooSoon)
    def issue(  # noqa: PLR0913  named columns
        self,
        recipient: str,
        purpose: "Purpose",
        *,
        otp_salt: str,
        hashes: Sequence[str],
        lengths: Sequence[int],
        long_after: int,
        claims: dict[str, Any],
        proof: DeviceProof | None = None,
        message: MessageFacts | None = None,
        counted: Sequence[Limit] = (),
        parts: Sequence[Part] = (),
    ) -> IssuedRow:
        """Save one of two codes, which replaces any earlier one, and count it, in one statement.

        `hashes` and `lengths`: of the short code, and of the long one, which is saved if
        `long_after` or more of the guess budget is spent. `counted`: limits that have to have room.
        `parts`: what is written with the code, and read `FROM permitted`, which has its `id` and
        `otp_length`.

        Raises ResendTooSoon while the last code is younger than its cooldown: each code in a row
        that nobody types lengthens it along `OTP_RESEND_SECONDS`; StatementRefused with the places
        (from 1, with commas) of the limits that have no room. Neither leaves anything written.
        """
        values = {
            "recipient": recipient,
            "recipient_hash": recipient_hash(recipient),
            "purpose": purpose.value,
            "is_known_device": proof is not None,
            "otp_salt": otp_salt,
            "hashes": array_of(hashes),
            "lengths": array_of(lengths),
            "long_after": long_after,
            "claims": orjson.dumps(claims).decode(),
            "lifetime": settings.OTP_LIFETIME_SECONDS,
            "cooldowns": array_of(settings.OTP_RESEND_SECONDS),
        }
        handed = [_handed_over(message)] if message else []
        rows = run(Part(ISSUE, values | parameters_of(counted)), *handed, *parts)
        if rows is None:
            raise ResendTooSoon(max(1, self.cooldown(recipient, purpose, proof)))
        return _issued(rows[0], message_id=rows[1][0] if handed else None)

    def withdraw(self, issued: IssuedRow) -> None:
        """Undo `issue` for a code that could not be sent, unless it was replaced or used meanwhile:
        a provider whose answer was lost may have sent it."""
        row = self.filter(pk=issued.otp_id, otp_hash=issued.otp_hash, consumed_at=None)
        if issued.previous is None:
            row.delete()
        else:
            row.update(**issued.previous)

    def charge(  # noqa: PLR0913  named columns
        self,
        recipient: str,
        purpose: "Purpose",
        otp_length: int,
        *,
        cost: int,
        proof: DeviceProof | None = None,
        limit: Limit | None = None,
    ) -> Guess:
        """Count one guess of so many digits and return the code to compare it with.

        `cost`: what the guess spends of the recipient's budget. `limit`: is counted first, and has
        to have room. Run it outside any transaction, so that the count stays whatever happens next.
        A device that is not known to the recipient finds no code.
        """
        values = {
            "recipient": recipient,
            "recipient_hash": recipient_hash(recipient),
            "purpose": purpose.value,
            "otp_length": otp_length,
            "max_attempts": settings.OTP_MAX_ATTEMPTS,
            "cost": cost,
            "is_known_device": proof is not None,
            **proof_parameters(proof),
            **parameters_of([limit] if limit else []),
        }
        row = fetch_row(CHARGE, values)
        assert row is not None  # noqa: S101  it is always one row
        key, count, seconds, *code, claims, sent_at, hashes, charged_at, before, has_more = row
        spent = None if key is None else Spent(count, seconds)
        if code[0] is None:
            return Guess(None, spent)
        said, earlier = orjson.loads(claims), EarlierCodes(sent_at, hashes)
        return Guess(ChargedRow(*code, said, earlier, charged_at, before, has_more), spent)  # type: ignore[call-arg]

    def uncharge(self, charged: ChargedRow, *, cost: int) -> None:
        """Take a guess back, unless the code was used or replaced. `cost`: as it was counted."""
        values = {
            "otp_id": charged.otp_id,
            "otp_hash": charged.otp_hash,
            "recipient_hash": recipient_hash(charged.recipient),
            "charged_at": charged.charged_at,
            "guessed_before": charged.guessed_before,
            "cost": cost,
        }
        execute(UNCHARGE, values)

    def consume_part(
        self,
        charged: ChargedRow,
        *,
        cost: int,
        verified_limit: Limit,
        room_made: Sequence[Limit] = (),
    ) -> Part:
        """The part of a statement that marks the code as used, unless another request used or
        replaced it first. It is the first part, and the others happen only with it.

        The guess is removed from the recipient's budget. `cost`: as when it was counted.
        `verified_limit`: counts the codes that were verified in the block of numbers. `room_made`:
        limits on messages in which a code that was typed makes room, each by its `amount`.
        """
        values = {
            "otp_id": charged.otp_id,
            "otp_hash": charged.otp_hash,
            "recipient_hash": recipient_hash(charged.recipient),
            "charged_at": charged.charged_at,
            "guessed_before": charged.guessed_before,
            "cost": cost,
            "verified_key": verified_limit.key,
            "verified_seconds": verified_limit.seconds,
            "room_keys": array_of(limit.key for limit in room_made),
            "room_amounts": array_of(limit.amount for limit in room_made),
        }
        return Part(CONSUME, values)

    def refusal_of_guess(
        self, recipient: str, purpose: "Purpose", otp_length: int, proof: DeviceProof | None
    ) -> LoopinError:
        """Why `charge` found no code."""
        last = self.last_in_lane(recipient, purpose, proof)
        if last is None:
            return CodeNotFound()
        if last.attempts >= settings.OTP_MAX_ATTEMPTS:
            return AttemptsExceeded(max(1, last.resend_after))
        if last.is_alive and otp_length != last.otp_length:
            return WrongLength(last.otp_length)
        if last.is_alive:  # all attempts were counted a moment ago, and one is taken back since
            return AttemptsExceeded(max(1, last.resend_after))
        return CodeExpired()

    def pending(
        self, recipient: str, purpose: "Purpose", proof: DeviceProof | None = None
    ) -> PendingCode:
        """The recipient's last unused code, timed by the database's clock.

        A known device without a code of its own is shown the one that somebody else asked for.
        """
        last = self._last(recipient, purpose, proof)
        if last is None:
            return PendingCode(settings.OTP_LENGTH, 0)
        return PendingCode(last.otp_length, last.resend_after)

    def cooldown(self, recipient: str, purpose: "Purpose", proof: DeviceProof | None = None) -> int:
        """Seconds until another code may be issued, 0 if it may be at once."""
        last = self.last_in_lane(recipient, purpose, proof)
        return last.resend_after if last else 0

    def last_in_lane(
        self, recipient: str, purpose: "Purpose", proof: DeviceProof | None
    ) -> LastCode | None:
        """The last unused code that was asked for with, or without, such a proof."""
        last = self._last(recipient, purpose, proof)
        return last if last and last.is_known_device == (proof is not None) else None

    def _last(
        self, recipient: str, purpose: "Purpose", proof: DeviceProof | None
    ) -> LastCode | None:
        values = {
            "recipient": recipient,
            "purpose": purpose.value,
            "cooldowns": settings.OTP_RESEND_SECONDS,
            **proof_parameters(proof),
        }
        row = fetch_row(LAST, values)
        if row is None:
            return None
        is_known_device, attempts, otp_length, is_alive, resend_after, *earlier = row
        return LastCode(
            otp_length, resend_after, is_known_device, attempts, is_alive, EarlierCodes(*earlier)
        )

    def long_over(self) -> Self:
        """Codes that expired at least 24 hours ago, used or not."""
        return self.filter(expires_at__lt=Now() - KEPT_AFTER_EXPIRY)


def _handed_over(message: MessageFacts) -> Part:
    return Part(HAND_OVER, {"message_state": message.state, "message_channel": message.channel})


def _issued(row: Row, message_id: int | None) -> IssuedRow:
    otp_id, otp_hash, sends, previous, *counted = row
    cooldowns = settings.OTP_RESEND_SECONDS
    keys, counts, seconds = (column or () for column in counted)
    return IssuedRow(
        otp_id=otp_id,
        otp_hash=otp_hash,
        resend_after=cooldowns[min(sends, len(cooldowns)) - 1],
        previous=orjson.loads(previous) if previous else None,
        message_id=message_id,
        spent=dict(zip(keys, map(Spent, counts, seconds), strict=True)),
    )
