"""A person somewhere on the internet: a client address, cookies and a device token of their own."""

import http.client
import json
from contextlib import closing
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import quote, urlencode

TIMEOUT_SECONDS = 10
"""Half of what the documented nginx waits for an answer."""


@dataclass(frozen=True)
class Answer:
    """`headers` have small letters."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def code(self) -> str:
        return self.json["code"]


@dataclass
class Person:
    port: int
    ip: str
    cookies: dict[str, str] = field(default_factory=dict)
    device_token: str = ""

    def send(self, method, path, body=None, headers=()) -> Answer:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=TIMEOUT_SECONDS, source_address=(self.ip, 0)
        )
        own = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        with closing(connection):
            connection.request(method, path, body, own | dict(headers))
            response = connection.getresponse()
            text = response.read().decode()
        self._keep(response.headers.get_all("Set-Cookie", []))
        told = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, told, text)

    def _keep(self, lines):
        for line in lines:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value

    def get(self, path, headers=()) -> Answer:
        return self.send("GET", quote(path, safe="/?=&%+"), headers=headers)

    def post(self, path, body, token="") -> Answer:
        """What an app sends; the device token that comes back is kept and sent along."""
        headers = {"Content-Type": "application/json"}
        headers |= {"Device-Token": self.device_token} if self.device_token else {}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        answer = self.send("POST", path, json.dumps(body), headers)
        if "json" in answer.headers.get("content-type", "") and answer.json["data"]:
            self.device_token = answer.json["data"].get("device_token", self.device_token)
        return answer

    def fill(self, path, form, *, opened="") -> Answer:
        """What a browser sends that opened the page before."""
        self.get(opened or path)
        form = form | {"csrfmiddlewaretoken": self.cookies["__Host-csrftoken"]}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": "https://127.0.0.1/",
        }
        return self.send("POST", path, urlencode(form), headers)

    def ask(self, number, verb="login", **said) -> Answer:
        return self.post(f"/api/auth/{verb}", {"phone_number": number, **said})

    def type(self, otp_code, number) -> Answer:
        return self.post("/api/auth/verify-login", {"phone_number": number, "otp_code": otp_code})
