"""Generates one-time codes, and hashes them so that a stolen table does not reveal them."""

import hashlib
import hmac
import secrets
from functools import cache

from django.conf import settings

SHORT_LENGTH = 4
MEDIUM_LENGTH = 6
LONG_LENGTH = 8
"""Digits of the shortest codes, of those that permit more than signing in, and of those that a
recipient gets while somebody guesses (accounts/codes/risk.py)."""

SALT_BYTES = 16
"""128 bits, more than the 32 that NIST SP 800-63B §3.1.1.2 asks of a salt."""


def generate_code(length: int) -> str:
    """A code of `length` decimal digits from the system's CSPRNG; leading zeros count."""
    return f"{secrets.randbelow(10**length):0{length}d}"


def generate_salt() -> str:
    return secrets.token_hex(SALT_BYTES)


def hash_code(otp_code: str, *, salt: str, purpose: str, recipient: str) -> str:
    """HMAC-SHA256 (hex) of the code, bound to its salt, purpose and recipient.

    There are only 10⁴ codes of 4 digits, so no hash is slow enough to protect a stolen table. The
    key protects it, because it is never in the database.
    """
    message = "\0".join((salt, purpose, recipient, otp_code))
    return hmac.new(_pepper(), message.encode(), hashlib.sha256).hexdigest()


def is_matching_code(
    otp_code: str, otp_hash: str, *, salt: str, purpose: str, recipient: str
) -> bool:
    """Whether the code has this hash, compared in constant time."""
    guess = hash_code(otp_code, salt=salt, purpose=purpose, recipient=recipient)
    return hmac.compare_digest(guess, otp_hash)


@cache
def _pepper() -> bytes:
    return hmac.new(
        settings.SECRET_KEY.encode(), b"accounts.codes.hashing.pepper", hashlib.sha256
    ).digest()
