"""A loopback server that speaks Twilio's Messages and Calls APIs, so that tests catch what is sent
at the wire: SMS, WhatsApp templates and calls."""

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
    20008: (403, "Resource not accessible with Test Account Credentials"),
    21608: (400, "The number +0 is unverified. Trial accounts cannot send messages to it"),
    21610: (400, "Attempt to send to unsubscribed recipient +0"),
    21266: (400, "'To' and 'From' number cannot be the same: +0"),
    21211: (400, "The 'To' number +0 is not a valid phone number."),
    21215: (400, "Account not authorized to call +0."),
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
    "hang", "hold", "garbage", a number of seconds to wait, or None for success. `hanging`: the
    paths of the requests that were left without an answer, or without one until `released`.
    `account` and `numbers`: what it tells of itself."""

    url: str = ""
    behaviour: int | str | float | None = None
    messages: list[dict[str, str]] = field(default_factory=list)
    hanging: list[str] = field(default_factory=list)
    account: dict[str, str] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def reset(self) -> None:
        self.behaviour = None
        self.messages.clear()
        self.hanging.clear()
        self.account = {"status": "active", "type": "Full"}
        self.numbers = ["+15005550006"]
        self.released.set()
        self.released = threading.Event()

    def sent_to(self, phone_number: str) -> list[dict[str, str]]:
        recipients = {phone_number, f"whatsapp:{phone_number}"}
        return [message for message in self.messages if message["To"] in recipients]

    def codes(self, phone_number: str) -> list[str]:
        return [code for message in self.sent_to(phone_number) if (code := code_of(message))]

    def last_code(self, phone_number: str) -> str:
        return self.codes(phone_number)[-1]

    def report(self, phone_number: str, status: str, error_code: str = "") -> Report:
        """That the last message to this number reached a status."""
        message = self.sent_to(phone_number)[-1]
        if is_call(message["path"]):
            return Report(message["StatusCallback"], called(phone_number, status))
        fields = {
            "AccountSid": "AC" + "0" * 32,
            "ApiVersion": "2010-04-01",
            "From": "+15005550006",
            "MessageSid": "SM" + "0" * 32,
            "MessageStatus": status,
            "MessagingServiceSid": SERVICE,
            "SmsSid": "SM" + "0" * 32,
            "SmsStatus": status,
            "To": message["To"],
        }
        if error_code:
            fields |= {"ErrorCode": error_code}
        return Report(message["StatusCallback"], fields)


def is_call(path: str) -> bool:
    return path.endswith("/Calls.json")


def called(phone_number: str, status: str) -> dict[str, str]:
    """What Twilio tells of a call that ended."""
    return {
        "AccountSid": "AC" + "0" * 32,
        "ApiVersion": "2010-04-01",
        "CallSid": "CA" + "0" * 32,
        "CallStatus": status,
        "Direction": "outbound-api",
        "From": "+15005550006",
        "To": phone_number,
    }


def code_of(message: dict[str, str]) -> str:
    """The code in a text, a template's variables, or what a call says; "" if there is none."""
    if "ContentVariables" in message:
        return json.loads(message["ContentVariables"])["1"]
    if "Twiml" in message:
        spoken = re.search(r"\d(?:, \d)+", message["Twiml"])
        return spoken[0].replace(", ", "") if spoken else ""
    code = re.match(r"\d+", message["Body"])
    return code[0] if code else ""


class Handler(BaseHTTPRequestHandler):
    provider: Provider
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        message = {name: values[0] for name, values in parse_qs(body).items()}
        behaviour = self.provider.behaviour
        if behaviour == "hang":
            self.provider.hanging.append(self.path)
            self.provider.released.wait(30)
            self.close_connection = True
            return
        if behaviour == "hold":
            self.provider.hanging.append(self.path)
            self.provider.released.wait(30)
        if isinstance(behaviour, float):
            time.sleep(behaviour)
        if behaviour in ERRORS:
            status, text = ERRORS[behaviour]
            self._answer(status, {"code": behaviour, "message": text, "status": status})
        elif behaviour == "garbage":
            self._answer(201, None)
        else:
            self.provider.messages.append(message | {"path": self.path})
            sid = ("CA" if is_call(self.path) else "SM") + "0" * 32
            self._answer(201, {"sid": sid, "status": "queued", "to": message["To"]})

    def do_GET(self) -> None:
        """The account, or those of its numbers that are asked for."""
        if self.provider.behaviour in ERRORS:
            status, text = ERRORS[self.provider.behaviour]
            self._answer(
                status, {"code": self.provider.behaviour, "message": text, "status": status}
            )
        elif urlsplit(self.path).path.endswith("/IncomingPhoneNumbers.json"):
            [asked] = parse_qs(urlsplit(self.path).query)["PhoneNumber"]
            found = [{"phone_number": one} for one in self.provider.numbers if one == asked]
            self._answer(200, {"incoming_phone_numbers": found})
        else:
            self._answer(200, self.provider.account)

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
    serve(provider)
    return provider


def serve(provider: Provider) -> None:
    """Answer requests in this process, at an address of its own."""
    handler = type("BoundHandler", (Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    provider.url = f"http://127.0.0.1:{server.server_port}"
