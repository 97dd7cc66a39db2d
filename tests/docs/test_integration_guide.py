"""PHONE_AUTHENTICATION.md is true: its examples are sent, in order, and its table is complete."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest

from accounts import errors as accounts_errors
from accounts import picture_errors
from accounts.models import Picture
from accounts.picture_errors import PictureRefused
from loopin import errors as loopin_errors
from loopin.errors import LoopinError, ValidationFailed
from tests.conftest import Api
from tests.docs.markdown import blocks, elided, read, rows
from tests.docs.same import differences
from tests.pictures import made
from tests.twilio import Provider

GUIDE = "PHONE_AUTHENTICATION.md"
OWN_NUMBER = "+916205829376"
IP_ADDRESS = "203.0.113.7"
PICTURES = "/api/auth/profile-pictures"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
RIGHT_CODE, WRONG_CODE = "1097", "0000"
"""What the guide writes where the person types the code, or another."""


@dataclass(frozen=True)
class Message:
    """A request or a response as the guide shows it."""

    line: int
    start: str
    headers: dict[str, str]
    body: Any


def parse(text: str, line: int) -> Message:
    head, _, body = text.partition("\n\n")
    start, *fields = head.strip().splitlines()
    headers = dict(field.split(": ", 1) for field in fields)
    return Message(line, start, headers, json.loads(elided(body)) if body.strip() else None)


def exchanges() -> list[tuple[Message, Message]]:
    messages = [parse(block.text, block.line) for block in blocks(read(GUIDE), "http")]
    return list(zip(messages[::2], messages[1::2], strict=True))


def test_the_examples_are_requests_each_with_its_answer():
    assert len(exchanges()) > 15
    for request, response in exchanges():
        assert re.fullmatch(r"(GET|POST|PUT|PATCH|DELETE) /\S+", request.start), request
        assert response.start.startswith("HTTP/1.1 "), response


@pytest.mark.django_db(transaction=True)  # so that the clock goes on between the requests
def test_every_example_is_answered_as_the_guide_says(api: Api, sms: Provider):
    known = Known()
    for request, response in exchanges():
        answer = send(api, sms, request, known)
        place = f"{GUIDE}:{response.line}"
        assert f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}" == response.start, place
        real = json.loads(answer.content)
        assert differences(response.body, real) == [], place
        assert differences(response.headers, shown_headers(answer, response)) == [], place
        known.learn(real)


@dataclass
class Known:
    """What an app keeps of the answers: it takes the place of what the guide writes there."""

    pictures: tuple[str, ...] = ()

    token: str | None = None
    refresh_token: str | None = None
    other_session: str | None = None

    def learn(self, answer: dict[str, Any]) -> None:
        self.token = answer.get("token") or self.token
        data = answer.get("data")
        if isinstance(data, dict):
            self.refresh_token = data.get("refresh_token", self.refresh_token)
            self.pictures += tuple(one["id"] for one in data.get("pictures", []))
        for item in data if isinstance(data, list) else []:
            if not item.get("is_current", True):
                self.other_session = item["id"]


def send(api: Api, sms: Provider, request: Message, known: Known) -> Any:
    method, path = request.start.split(" ")
    if path.startswith(PICTURES):
        return send_picture(api, request, known, method, path)
    path = UUID.sub(known.other_session or "", path)
    body = with_real_code(request.body, sms)
    if isinstance(body, dict) and body.get("refresh_token", "").endswith("…"):
        body["refresh_token"] = known.refresh_token
    own = known.token if "Authorization" in request.headers else None
    headers = {"User-Agent": request.headers.get("User-Agent", "")}
    return api.request(method, path, body, token=own, headers=headers, REMOTE_ADDR=IP_ADDRESS)


def send_picture(api: Api, request: Message, known: Known, method: str, path: str) -> Any:
    """The guide's form has one JPEG and one GIF; in its addresses stands the first picture's id."""
    if request.headers.get("Content-Type", "").startswith("multipart"):
        gif = made.written(made.picture(mode="P"), "GIF")
        files = {"files": [made.file(made.jpeg((1200, 900))), made.file(gif)]}
        return api.client.post(path, files, headers={"Authorization": f"Bearer {known.token}"})
    path = UUID.sub(known.pictures[0], path)
    links = [str(one.pk) for one in Picture.objects.exclude(url="")]
    body = {"order": [*known.pictures, *links]} if request.body else None
    return api.request(method, path, body, token=known.token)


def with_real_code(body: Any, sms: Provider) -> Any:
    if not isinstance(body, dict) or "otp_code" not in body:
        return body
    real = sms.last_code(body.get("phone_number", OWN_NUMBER))
    wrong = "0000" if real != "0000" else "1111"
    typed = {RIGHT_CODE: real, WRONG_CODE: wrong}.get(body["otp_code"], body["otp_code"])
    return body | {"otp_code": typed}


def shown_headers(answer: Any, response: Message) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name in response.headers}


def every_error() -> set[type[LoopinError]]:
    """Those an app can meet; a refused field is one of the `errors` of ValidationFailed."""
    modules = (accounts_errors, loopin_errors, picture_errors)
    named = [value for module in modules for value in vars(module).values()]
    kinds = {kind for kind in named if isinstance(kind, type) and issubclass(kind, LoopinError)}
    return {
        kind
        for kind in kinds - {LoopinError}
        if kind is ValidationFailed or not issubclass(kind, ValidationFailed | PictureRefused)
    }


def test_the_table_lists_every_reason_to_refuse_a_file():
    table = {tuple(row[:2]) for row in rows(read(GUIDE), "Reason")}
    kinds = PictureRefused.__subclasses__()
    assert table == {(kind.code, str(kind.message)) for kind in kinds}


def test_the_table_lists_every_error_with_its_status_and_message():
    table = {tuple(row[:3]) for row in rows(read(GUIDE), "Status")}
    raised = [kind([]) if kind is ValidationFailed else kind() for kind in every_error()]
    assert table == {(str(error.status), error.code, error.message) for error in raised}


@pytest.mark.django_db
def test_the_message_reads_as_the_guide_says(api: Api, sms: Provider):
    api.post("/api/auth/signup", {"phone_number": "+916205829376"})
    code = sms.last_code("+916205829376")
    [shown] = [block.text for block in blocks(read(GUIDE), "text") if "Do not share" in block.text]
    assert sms.messages[-1]["Body"] == shown.strip().replace(RIGHT_CODE, code)


def test_the_site_serves_the_guide(client):
    response = client.get("/PHONE_AUTHENTICATION.md")
    assert response.headers["Content-Type"].startswith("text/markdown")
    assert b"".join(response.streaming_content).decode() == read(GUIDE)
