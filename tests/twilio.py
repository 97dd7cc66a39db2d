"""A loopback server that speaks Twilio's Messages API, so that tests catch SMS at the wire."""

import base64
import hashlib
import hmac
import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

ERRORS = {
    20003: (401, "Authenticate"),
    21211: (400, "The 'To' number +0 is not a valid phone number."),
    21614: (400, "'To' number +0 is not a valid mobile number"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
}


SERVICE = "MG" + "0" * 32
AUTH_TOKEN = "token"


@dataclass(frozen=True)
class Report:
    """What Twilio posts when a message moves on: to `path` of the site, a form, signed."""

    url: str
    fields: dict[str, str]
    auth_token: str = AUTH_TOKEN

    @property
    def path(self) -> str:
        address = urlsplit(self.url)
        return f"{address.path}?{address.query}"

    @property
    def body(self) -> str:
        return urlencode(self.fields)

    @property
    def headers(self) -> dict[str, str]:
        """HMAC-SHA1 of the address and, by their names, every field and its value:
        https://www.twilio.com/docs/usage/webhooks/webhooks-security
        """
        signed = self.url + "".join(f"{name}{self.fields[name]}" for name in sorted(self.fields))
        digest = hmac.new(self.auth_token.encode(), signed.encode(), hashlib.sha1).digest()
        return {"X-Twilio-Signature": base64.b64encode(digest).decode()}


@dataclass
class Provider:
    """What was sent, and how the next messages are answered: `behaviour` is a Twilio error code,
    "hang", "garbage", a number of seconds to wait, or None for success."""

    url: str = ""
    behaviour: int | str | float | None = None
    messages: list[dict[str, str]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def reset(self) -> None:
        self.behaviour = None
        self.messages.clear()
        self.released.set()
        self.released = threading.Event()

    def codes(self, phone_number: str) -> list[str]:
        mine = [message["Body"] for message in self.messages if message["To"] == phone_number]
        return [code[0] for body in mine if (code := re.match(r"\d+", body))]

    def last_code(self, phone_number: str) -> str:
        return self.codes(phone_number)[-1]

    def report(self, phone_number: str, status: str, error_code: str = "") -> Report:
        """That the last message to this number reached a status."""
        message = [message for message in self.messages if message["To"] == phone_number][-1]
        fields = {
            "AccountSid": "AC" + "0" * 32,
            "ApiVersion": "2010-04-01",
            "From": "+15005550006",
            "MessageSid": "SM" + "0" * 32,
            "MessageStatus": status,
            "MessagingServiceSid": SERVICE,
            "SmsSid": "SM" + "0" * 32,
            "SmsStatus": status,
            "To": phone_number,
        }
        if error_code:
            fields |= {"ErrorCode": error_code}
        return Report(message["StatusCallback"], fields)


class Handler(BaseHTTPRequestHandler):
    provider: Provider
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        message = {name: values[0] for name, values in parse_qs(body).items()}
        behaviour = self.provider.behaviour
        if behaviour == "hang":
            self.provider.released.wait(30)
            self.close_connection = True
            return
        if isinstance(behaviour, float):
            time.sleep(behaviour)
        if behaviour in ERRORS:
            status, text = ERRORS[behaviour]
            self._answer(status, {"code": behaviour, "message": text, "status": status})
        elif behaviour == "garbage":
            self._answer(201, None)
        else:
            self.provider.messages.append(message | {"path": self.path})
            self._answer(201, {"sid": "SM" + "0" * 32, "status": "queued", "to": message["To"]})

    def _answer(self, status: int, content: dict | None) -> None:
        body = json.dumps(content).encode() if content else b"<html>proxy error</html>"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


def start() -> Provider:
    provider = Provider()
    handler = type("BoundHandler", (Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    provider.url = f"http://127.0.0.1:{server.server_port}"
    return provider
