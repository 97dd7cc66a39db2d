"""The secret of an endpoint. The signatures made with it are those of Standard Webhooks 1.0.0."""

import hashlib
import hmac
from base64 import b64encode
from functools import cache

from django.conf import settings

PREFIX = "whsec_"


def secret_of(seed: str) -> str:
    """What the receiver is given: `whsec_` and 32 bytes in base64.

    It cannot be made from the database alone, because it is keyed by `SECRET_KEY`.
    """
    return PREFIX + b64encode(hmac.digest(_key(), seed.encode(), "sha256")).decode()


def message_id_of(delivery_id: int) -> str:
    """`webhook-id`, the same each time a delivery is sent."""
    return f"msg_{delivery_id}"


@cache
def _key() -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), b"loopin.webhooks", hashlib.sha256).digest()
