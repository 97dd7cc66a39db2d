"""What the statements beside PhoneOTP return."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models.rate_counter import Spent


@dataclass(frozen=True)
class MessageFacts:
    """The message that is to bring a code, as it is when the code is issued: its `MessageState`,
    and the channel: that of a phone, or "email"."""

    state: str
    channel: str


@dataclass(frozen=True)
class IssuedRow:
    """The row of a fresh code, and the row it replaced. `resend_after`: seconds. `message_id`: None
    if no message brings it. `spent`: what the limits have counted that the code was counted
    against, by their keys."""

    otp_id: int
    otp_hash: str
    resend_after: int
    previous: dict[str, Any] | None
    message_id: int | None
    spent: Mapping[str, Spent]


@dataclass(frozen=True)
class EarlierCodes:
    """The codes that the live one replaced and that would still live: hash and salt of each, the
    latest first. `sent_at`: when the live one was sent."""

    sent_at: datetime
    hashes: list[tuple[str, str]]


@dataclass(frozen=True)
class ChargedRow:
    """A live code of which one more guess has been counted.

    `claims`: what was said when it was asked for. `guessed_before`: when the guess before this one
    was counted in the budget, None for none. `has_more_to_tell`: whether an account says that the
    number is its own and has not proven it, or a customer said whether they may be contacted.
    """

    otp_id: int
    recipient: str
    purpose: str
    is_known_device: bool
    otp_hash: str
    otp_salt: str
    otp_length: int
    attempts: int
    claims: dict[str, Any]
    earlier: EarlierCodes
    charged_at: datetime
    guessed_before: datetime | None
    has_more_to_tell: bool

    @property
    def channel(self) -> str:
        """By which it was sent to a phone, "" for codes of Loopin 1.0, which did not note it."""
        channel: str = self.claims.get("channel", "")
        return channel


@dataclass(frozen=True)
class Guess:
    """What became of a guess. `charged`: None if there was no code, or the limit had no room.
    `spent`: what the limit has counted, None if it had no room or there was none."""

    charged: ChargedRow | None
    spent: Spent | None


@dataclass(frozen=True)
class PendingCode:
    """A code that was sent and not used; another may be sent after `resend_after` seconds."""

    otp_length: int
    resend_after: int


@dataclass(frozen=True)
class LastCode(PendingCode):
    """The same with what has become of it."""

    is_known_device: bool
    attempts: int
    is_alive: bool
    earlier: EarlierCodes
