"""Signatures of Standard Webhooks (standardwebhooks.com, 1.0.0, "Signature scheme"), symmetric.

The library of that name serves those who receive; of a sender's work it would save one line, the
HMAC.
"""

import hashlib
import hmac
from base64 import b64encode
from functools import cache

from django.conf import settings

PREFIX = "whsec_"


def secret_of(seed: str) -> str:
    """What the receiver is given: `whsec_` and 32 bytes in base64."""
    return PREFIX + b64encode(key_of(seed)).decode()


def key_of(seed: str) -> bytes:
    """32 bytes that cannot be made from the database alone: keyed by `SECRET_KEY`."""
    return hmac.digest(_key(), seed.encode(), "sha256")


def signature(key: bytes, message_id: str, timestamp: int, payload: bytes) -> str:
    content = f"{message_id}.{timestamp}.".encode() + payload
    return "v1," + b64encode(hmac.digest(key, content, "sha256")).decode()


@cache
def _key() -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), b"loopin.webhooks", hashlib.sha256).digest()
