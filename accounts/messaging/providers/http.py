"""Timeouts and connections for providers whose client uses `requests`."""

from typing import Any

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter

from accounts.messaging.dispatcher import SLOTS


class TimeoutAdapter(HTTPAdapter):
    """Gives every request our two timeouts, because clients have none, or one for both."""

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["timeout"] = (settings.SMS_CONNECT_TIMEOUT, settings.SMS_READ_TIMEOUT)
        return super().send(*args, **kwargs)


def limit_waiting(session: requests.Session) -> None:
    """Give a session our timeouts, and let it keep a connection for each thread."""
    for scheme in ("https://", "http://"):
        session.mount(scheme, TimeoutAdapter(pool_maxsize=SLOTS))
