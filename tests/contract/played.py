"""Plays a documented request and compares its answer with the documented one."""

import re
from collections.abc import Iterator
from typing import Any

from tests.api import Api

ENVELOPE = {"success", "message", "data", "token"}
JWT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+").fullmatch
LONG_ENOUGH = 5
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00").fullmatch


class App:
    """An app that knows the documents alone: it keeps the token, and no cookies."""

    def __init__(self, sms: Any, root: str = "/api/auth") -> None:
        self.api, self.sms, self.root = Api(), sms, root
        self.token: str | None = None

    def play(self, method: str, path: str, body: Any = None, **documented: Any) -> Any:
        """Send it, find no difference, and return the whole answer."""
        if not path.startswith("/api/users"):
            path = self.root + path
        response = self.api.request(method, path, body, token=self.token)
        self.api.client.cookies.clear()
        found = list(differences(response, **documented))
        if response.status_code >= 400:
            found += [f"it repeats {text!r}" for text in texts_in(body) if text in response.text]
        assert found == [], (method, path, found, response.content)
        return response

    def sign_in(self, number: str) -> Any:
        """Sign up and send the token from here on; the data of the answer."""
        self.play("POST", "/signup", {"phone_number": number})
        body = {"phone_number": number, "otp_code": self.code_for(number)}
        answer = self.play("POST", "/verify-otp", body, has_token=True).json()
        self.token = answer["token"]
        return answer["data"]

    def code_for(self, number: str) -> str:
        code: str = self.sms.last_code(number)
        return code


def texts_in(body: Any) -> Iterator[str]:
    """What was submitted, but for texts so short that any sentence could have them."""
    if isinstance(body, dict | list):
        for value in body.values() if isinstance(body, dict) else body:
            yield from texts_in(value)
    elif isinstance(body, str) and len(body) > LONG_ENOUGH:
        yield body


def differences(
    response: Any,
    *,
    status: int = 200,
    message: str = "",
    data: dict[str, Any] | None = None,
    code: str = "",
    has_token: bool = False,
    headers: tuple[str, ...] = (),
) -> Iterator[str]:
    """`data`: the documented keys with their value, or the type of it. More keys may be there."""
    body = response.json()
    given = {
        "status": response.status_code,
        "has the four keys": body.keys() >= ENVELOPE,
        "success": body.get("success"),
        "message": body.get("message") if message else "",
        "code": body.get("code", ""),
        "has a token": bool(body.get("token") and JWT(body["token"])),
        "data of a failure": body.get("data") if status >= 400 else None,
    }
    wanted = {
        "status": status,
        "has the four keys": True,
        "success": status < 400,
        "message": message,
        "code": code,
        "has a token": has_token,
        "data of a failure": None,
    }
    yield from unlike(given, wanted)
    yield from unlike(body.get("data"), data or {})
    yield from (f"no header {name}" for name in headers if name not in response.headers)


def unlike(given: Any, documented: dict[str, Any]) -> Iterator[str]:
    """The documented keys that are not as they should be. A type stands for any value of it."""
    for key, wanted in documented.items():
        value = (given or {}).get(key, ...)
        is_alike = isinstance(value, wanted) if isinstance(wanted, type) else value == wanted
        if not is_alike:
            yield f"{key}: {value!r}"
