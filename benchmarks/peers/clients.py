"""How an app speaks to each candidate: what one person sends, from the number to the profile."""

import re
from dataclasses import replace
from typing import Any

import orjson

from benchmarks.message import Request, get, header_of, post

HEADERS = {"User-Agent": "okhttp/4.12.0", "Accept": "application/json"}


class Client:
    """The operations as an API by hand has them; the peers differ in what stands below.

    What a request needs of an earlier answer is read from it. `names`: of the number and the code.
    `scheme`: of the header in which the token is sent.
    """

    asked_status = 200
    ask_path = "/api/auth/signup"
    verify_path = "/api/auth/verify-otp"
    profile_path = "/api/auth/profile"
    list_path = "/api/event-interests"
    names = ("phone_number", "otp_code")
    scheme = "Bearer"

    def ask(self, number: str) -> Request:
        return post(self.ask_path, **{self.names[0]: number})

    def verify(self, number: str, code: str, asked: bytes) -> Request:
        return post(self.verify_path, **dict(zip(self.names, (number, code), strict=True)))

    def token(self, verified: bytes) -> str:
        return str(content(verified)["token"])

    def profile(self, verified: bytes) -> Request:
        return get(self.profile_path, Authorization=f"{self.scheme} {self.token(verified)}")

    def complete(self, profile: Request) -> Request | None:
        """What a person who is verified sends before there is a profile to read."""
        return None

    def list(self) -> Request:
        return get(self.list_path)

    def hello(self) -> Request:
        return get("/api/hello")


class Loopin(Client):
    list_path = "/api/auth/event-interests"

    def complete(self, profile: Request) -> Request:
        body = orjson.dumps(PROFILE)
        headers = profile.headers | {"Content-Type": "application/json"}
        return Request("POST", "/api/auth/complete-profile", body, headers)


class Passwordless(Client):
    """drfpasswordless, and the tokens of Django REST framework."""

    ask_path = "/passwordless/auth/mobile/"
    verify_path = "/passwordless/auth/token/"
    profile_path = "/passwordless/profile"
    names = ("mobile", "token")
    scheme = "Token"


class Allauth(Client):
    """Headless, as an app: asking is answered 401, with what still has to be done."""

    asked_status = 401
    ask_path = "/_allauth/app/v1/auth/signup"
    names = ("phone", "code")

    def verify(self, number: str, code: str, asked: bytes) -> Request:
        request = post("/_allauth/app/v1/auth/phone/verify", code=code)
        return replace(request, headers=request.headers | self._session(asked))

    def profile(self, verified: bytes) -> Request:
        return Request("GET", "/_allauth/app/v1/auth/session", headers=self._session(verified))

    def _session(self, answer: bytes) -> dict[str, str]:
        return {"X-Session-Token": content(answer)["meta"]["session_token"]}


class BetterAuth(Client):
    ask_path = "/api/auth/phone-number/send-otp"
    verify_path = "/api/auth/phone-number/verify"
    profile_path = "/api/auth/get-session"
    names = ("phoneNumber", "code")

    def token(self, verified: bytes) -> str:
        return header_of(verified, "set-auth-token")


def on_the_wire(request: Request) -> bytes:
    """As an app on a phone sends it, each from an address of its own."""
    origin = post("/").headers["X-Forwarded-For"]
    headers = HEADERS | {"X-Forwarded-For": origin} | request.headers
    return replace(request, headers=headers).on_the_wire()


def content(answer: bytes) -> dict[str, Any]:
    """The JSON of an answer, also of one in chunks."""
    head, _, body = answer.partition(b"\r\n\r\n")
    if re.search(rb"transfer-encoding: *chunked", head, re.IGNORECASE):
        body = b"".join(_chunks(body))
    found: dict[str, Any] = orjson.loads(body)
    return found


def _chunks(body: bytes) -> list[bytes]:
    chunks = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        chunks.append(rest[: int(size, 16)])
        body = rest[int(size, 16) + 2 :]
    return chunks


PROFILE = {
    "name": "Asha Rao",
    "birth_date": "1998-04-23",
    "gender": "female",
    "event_interests": [1, 3, 5],
    "profile_pictures": ["https://cdn.example.com/1.jpg"],
    "bio": "Runs and sings.",
    "location": "Pune",
}
