"""One code from being issued to being used. It is readable while it is issued, and never later."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from accounts import limits
from accounts.codes import hashing, message_limits, risk
from accounts.codes.recipients import get_number_block
from accounts.errors import AttemptsExceeded, CodeExpired, CodeNotFound, WrongLength
from accounts.messaging import funnel
from accounts.models import PhoneOTP
from accounts.models.known_device import DeviceProof
from accounts.models.phone_otp import Purpose
from accounts.models.phone_otp_rows import (
    ChargedRow,
    EarlierCodes,
    Guess,
    IssuedRow,
    MessageFacts,
)
from accounts.models.rate_counter import Limit
from loopin.errors import raises
from loopin.statements.composed import Part, Row, StatementRefused, run


@dataclass(frozen=True)
class IssuedCode(IssuedRow):
    """A code that is about to be sent. `otp_code` is the only readable copy of it."""

    otp_code: str


@dataclass(frozen=True)
class Challenge(ChargedRow):
    """A live code for which one more guess has been counted, and may be compared.

    `client_ip`: of whoever guessed.
    """

    client_ip: str

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

    def is_earlier(self, otp_code: str) -> bool:
        """Whether this is a code that the live one replaced, and that would still live."""
        return is_earlier(self.earlier, otp_code, self.recipient, self.purpose)

    def uncharge(self) -> None:
        """Take the guess back, which was the code of an earlier message."""
        PhoneOTP.objects.uncharge(self, cost=risk.guess_cost(self.otp_length))

    def consume(self) -> bool:
        """Mark the code as used; False if another request used or replaced it first."""
        return run(self.consume_part()) is not None

    def consume_part(self) -> Part:
        """The first part of a statement that does what the code allows, and marks it as used."""
        part = PhoneOTP.objects.consume_part(
            self,
            cost=risk.guess_cost(self.otp_length),
            verified_limit=limits.BLOCK_VERIFIED.limit_for(get_number_block(self.recipient)),
            room_made=message_limits.room_made_by_typing(self.recipient, self.client_ip),
        )
        return replace(part, then=self._count)

    def _count(self, _row: Row) -> None:
        funnel.count_after_commit(funnel.VERIFIED, self.recipient, self.channel)


def is_earlier(earlier: EarlierCodes, otp_code: str, recipient: str, purpose: str) -> bool:
    """Whether the code is one of these, each compared in constant time."""
    return any(
        hashing.is_matching_code(
            otp_code, otp_hash, salt=salt, purpose=purpose, recipient=recipient
        )
        for otp_hash, salt in earlier.hashes
    )


@raises(PhoneOTP.objects.issue, limits.refuse)
def issue(  # noqa: PLR0913  named columns
    recipient: str,
    purpose: Purpose,
    otp_code: str,
    *,
    long_code: str | None = None,
    claims: dict[str, Any] | None = None,
    proof: DeviceProof | None = None,
    message: MessageFacts | None = None,
    counted: Sequence[Limit] = (),
    parts: Sequence[Part] = (),
) -> IssuedCode:
    """Save this code, or `long_code` if too much was guessed, which replaces any earlier one.

    `claims`: see accounts/codes/claims.py. `proof`: of a known device of the recipient, whose codes
    are apart from all others. `message`: what brings it, None if nothing does. `counted`: limits
    that have to have room, or RateLimited is raised. `parts`: what else is written with the code.
    All of it is one statement.
    """
    salt = hashing.generate_salt()
    codes = [otp_code, long_code or otp_code]
    hashes = [
        hashing.hash_code(code, salt=salt, purpose=purpose, recipient=recipient) for code in codes
    ]
    try:
        row = PhoneOTP.objects.issue(
            recipient,
            purpose,
            otp_salt=salt,
            hashes=hashes,
            lengths=[len(code) for code in codes],
            long_after=risk.LONG_AFTER,
            claims=claims or {},
            proof=proof,
            message=message,
            counted=counted,
            parts=parts,
        )
    except StatementRefused as refused:
        limits.refuse([counted[int(place) - 1] for place in refused.detail.split(",")])
    return IssuedCode(**vars(row), otp_code=codes[hashes.index(row.otp_hash)])


@raises(limits.refuse, CodeNotFound, CodeExpired, WrongLength, AttemptsExceeded)
def charge(  # noqa: PLR0913  named columns
    recipient: str,
    purpose: Purpose,
    otp_length: int,
    *,
    proof: DeviceProof | None = None,
    client_ip: str = "",
    limit: Limit | None = None,
) -> Challenge:
    """Count one guess of so many digits at the code that `issue` saved with or without a proof.

    `limit`: has to have room, and is counted whether there is a code or not.
    """
    guess: Guess = PhoneOTP.objects.charge(
        recipient, purpose, otp_length, cost=risk.guess_cost(otp_length), proof=proof, limit=limit
    )
    if limit is not None:
        limits.note_spent([limit], {limit.key: guess.spent} if guess.spent else {})
        if guess.spent is None:
            limits.refuse([limit])
    if guess.charged is None:
        raise PhoneOTP.objects.refusal_of_guess(recipient, purpose, otp_length, proof)
    return Challenge(**vars(guess.charged), client_ip=client_ip)
