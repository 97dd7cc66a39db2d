"""The API as the tests ask it."""

from typing import Any

from django.test import Client

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class Api:
    """The API as an app sees it: JSON in, a response out."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)

    def request(self, method: str, path: str, data: Any = None, token: str | None = None, **extra):
        headers = dict(extra.pop("headers", {}))
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if data is not None:
            extra.setdefault("content_type", JSON)
        send = getattr(self.client, method.lower())
        return send(path, data, headers=headers, **extra)

    def get(self, path: str, **extra):
        return self.request("GET", path, **extra)

    def post(self, path: str, data: Any = None, **extra):
        extra.setdefault("content_type", JSON)
        return self.request("POST", path, data, **extra)

    def patch(self, path: str, data: Any = None, **extra):
        return self.request("PATCH", path, data, **extra)
