"""Keyed hashes of what neither the database nor the log may show, such as phone numbers."""

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings

KEYS = 64
"""More than there are uses."""


def keyed_hash(use: str, value: str) -> str:
    """The HMAC-SHA256 (hex) of a value, under a key for this use that is made of `SECRET_KEY`.

    It is that of Django's `salted_hmac` with the use as its salt, which derives the key anew each
    time and takes several times as long.
    """
    hasher = _hasher(use, settings.SECRET_KEY).copy()
    hasher.update(value.encode())
    return hasher.hexdigest()


@lru_cache(maxsize=KEYS)
def _hasher(use: str, secret: str) -> hmac.HMAC:
    key = hashlib.sha256(f"{use}{secret}".encode()).digest()
    return hmac.new(key, digestmod=hashlib.sha256)
