"""Proof of work: a challenge that a device has to solve before more codes are sent, and its check.

A challenge is an ALTCHA of version 2 (https://altcha.org/docs/v2/proof-of-work/): find the counter
of which PBKDF2 makes the wanted key. It is stateless. Its signature is made with a key of its own
for each purpose and recipient, so a solution counts for nothing else. `limits.SOLUTIONS` makes it
count once.
"""

import secrets
import time
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import altcha
from django.utils.crypto import salted_hmac

from accounts.models.phone_otp import Purpose

HEADER = "Proof-Of-Work"
"""Apps send their solution in this header."""
FIELD = "proof_of_work"
"""Pages send it in this field."""

ALGORITHM = "PBKDF2/SHA-256"
"""Browsers compute it in native code, so a program is hardly faster than a page on the same CPU."""
ITERATIONS = 2000
MOST_ATTEMPTS = 200
"""A device makes half as many on average, which takes a slow phone under a second."""
LIFETIME_SECONDS = 300
MOST_CHARACTERS = 2000


class Work(Enum):
    """What a request for a code has shown of work."""

    NOT_ASKED = auto()
    MISSING = auto()
    DONE = auto()


@dataclass(frozen=True)
class Permit:
    """By which limits a request for a code is counted. `solution_id`: of the challenge that was
    solved for it, "" if none was."""

    work: Work = Work.NOT_ASKED
    solution_id: str = ""


PLAIN = Permit()


def create(purpose: Purpose, recipient: str) -> dict[str, Any]:
    """A challenge as JSON, whose solution lets one code for this purpose be sent."""
    challenge = altcha.create_challenge(
        ALGORITHM,
        ITERATIONS,
        counter=secrets.randbelow(MOST_ATTEMPTS),
        expires_at=int(time.time()) + LIFETIME_SECONDS,
        hmac_secret=_key("challenge", purpose, recipient),
        hmac_key_secret=_key("solution", purpose, recipient),
    )
    return challenge.to_dict()


def read_solution(text: str, purpose: Purpose, recipient: str) -> str:
    """The id of a solved challenge of ours for this purpose and recipient, or "".

    `text`: the challenge and its solution as Base64 of JSON. Nothing is computed for a challenge
    that is not ours.
    """
    if not text or len(text) > MOST_CHARACTERS:
        return ""
    try:
        payload = altcha.Payload.from_base64(text)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""
    result = altcha.verify_solution(
        payload,
        _key("challenge", purpose, recipient),
        hmac_key_secret=_key("solution", purpose, recipient),
    )
    return str(payload.challenge.signature) if result.verified else ""


def _key(use: str, purpose: Purpose, recipient: str) -> bytes:
    salt = f"accounts.codes.proof_of_work.{use}"
    return salted_hmac(salt, f"{purpose}\0{recipient}", algorithm="sha256").digest()
