"""The examples of the integration guides: read from the document, sent, and compared."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.core import mail

from accounts.models import Picture
from tests.accounts.pictures import made
from tests.api import Api
from tests.docs.markdown import blocks, elided, read
from tests.twilio import Provider

OWN_NUMBER = "+916205829376"
IP_ADDRESS = "203.0.113.7"
PICTURES = "/api/auth/profile-pictures"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
RIGHT_CODES, WRONG_CODES = {"1097", "482913"}, {"0000", "000000"}
"""What the guides write where the person types the code, or another."""


@dataclass(frozen=True)
class Message:
    """A request or a response as a guide shows it."""

    line: int
    start: str
    headers: dict[str, str]
    body: Any


def parse(text: str, line: int) -> Message:
    """The first line, the headers below it, and the body from the first bracket on."""
    head, body = re.fullmatch(r"(.*?)(^[\[{].*)?", text, re.DOTALL | re.MULTILINE).groups()
    start, *fields = head.strip().splitlines()
    headers = dict(field.split(": ", 1) for field in fields)
    return Message(line, start, headers, json.loads(elided(body)) if body else None)


def exchanges(guide: str) -> list[tuple[Message, Message]]:
    """Each example: a request, an empty line, and its answer."""
    return [exchange(block.text, block.line) for block in blocks(read(guide), "http")]


def exchange(text: str, line: int) -> tuple[Message, Message]:
    request, answer = text.split("\n\n")
    return parse(request, line), parse(answer, line + request.count("\n") + 2)


@dataclass
class App:
    """An app as the guides have it; what it keeps of the answers takes the place of what they
    write there."""

    api: Api
    sms: Provider
    token: str | None = None
    refresh_token: str | None = None
    other_session: str | None = None
    pictures: list[str] = field(default_factory=list)

    def learn(self, answer: dict[str, Any]) -> None:
        self.token = answer.get("token") or self.token
        data = answer.get("data")
        if isinstance(data, dict):
            given = data.get("refresh_token", data.get("refresh"))
            self.refresh_token = given or self.refresh_token
            self.pictures += [one["id"] for one in data.get("pictures", [])]
        for item in data if isinstance(data, list) else []:
            if not item.get("is_current", True):
                self.other_session = item["id"]

    def send(self, request: Message) -> Any:
        method, path = request.start.split(" ")
        if path.startswith(PICTURES):
            return self._send_picture(request, method, path)
        path = UUID.sub(self.other_session or "", path)
        body = self._with_real_code(request.body)
        for name in ("refresh", "refresh_token"):
            if isinstance(body, dict) and body.get(name, "").endswith("…"):
                body[name] = self.refresh_token
        own = self.token if "Authorization" in request.headers else None
        headers = {"User-Agent": request.headers.get("User-Agent", "")}
        return self.api.request(
            method, path, body, token=own, headers=headers, REMOTE_ADDR=IP_ADDRESS
        )

    def _send_picture(self, request: Message, method: str, path: str) -> Any:
        """The guide's form has one JPEG and one GIF; in its addresses is the first picture's id."""
        if request.headers.get("Content-Type", "").startswith("multipart"):
            gif = made.written(made.picture(mode="P"), "GIF")
            files = {"files": [made.file(made.jpeg((1200, 900))), made.file(gif)]}
            headers = {"Authorization": f"Bearer {self.token}"}
            return self.api.client.post(path, files, headers=headers)
        path = UUID.sub(self.pictures[0], path)
        links = [str(one.pk) for one in Picture.objects.exclude(url="")]
        body = {"order": [*self.pictures, *links]} if request.body else None
        return self.api.request(method, path, body, token=self.token)

    def _with_real_code(self, body: Any) -> Any:
        name = next((name for name in ("otp_code", "otp") if name in (body or {})), None)
        if name is None:
            return body
        real, shown = self._code_for(name, body), body[name]
        if shown in RIGHT_CODES:
            return body | {name: real}
        is_wrong_by_chance = shown in WRONG_CODES and shown == real
        return body | {name: "1" * len(shown)} if is_wrong_by_chance else body

    def _code_for(self, name: str, body: dict[str, Any]) -> str:
        """Of the last message: by e-mail where the body names no number, and could."""
        if name == "otp" and "phone" not in body:
            return mail.outbox[-1].body.split()[0]
        return self.sms.last_code(body.get("phone_number", body.get("phone", OWN_NUMBER)))
