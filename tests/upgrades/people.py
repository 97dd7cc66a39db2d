"""What people do with a site, over HTTP alone, so that it can be played on every version."""

import re
from dataclasses import dataclass, field

import requests

from tests.accounts.pictures import made
from tests.twilio import Provider

PASSWORD = "correct horse battery staple"
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def said(page: str) -> str:
    """The words of a page, without what they are written in."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


@dataclass
class Person:
    """Somebody with an app, who has a number and, once signed in, tokens."""

    url: str
    provider: Provider
    number: str
    token: str = ""
    refresh_token: str = ""

    def call(self, method: str, path: str, *, status: int = 200, **sent) -> dict:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = requests.request(method, f"{self.url}{path}", headers=headers, timeout=30, **sent)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def ask_for_code(self) -> None:
        self.call("POST", "/api/auth/signup", json={"phone_number": self.number})

    def type_code(self) -> None:
        body = {"phone_number": self.number, "otp_code": self.provider.last_code(self.number)}
        self.take_tokens(self.call("POST", "/api/auth/verify-otp", json=body))

    def take_tokens(self, answer: dict) -> None:
        self.token, self.refresh_token = answer["token"], answer["data"]["refresh_token"]

    def sign_up(self) -> None:
        """All of it, with an upload, and the tokens renewed."""
        self.ask_for_code()
        self.type_code()
        file = ("alice.jpg", made.jpeg(), "image/jpeg")
        answer = self.call(
            "POST", "/api/auth/profile-pictures", status=201, files=[("files", file)]
        )
        profile = {
            "name": "Alice D'Souza",
            "birth_date": "1998-04-23",
            "gender": "female",
            "event_interests": [1, 3],
            "profile_pictures": [answer["data"]["pictures"][0]["url"]],
        }
        self.call("POST", "/api/auth/complete-profile", json=profile)
        self.change_profile()
        self.refresh()

    def change_profile(self, bio: str = "Sings.") -> None:
        self.call("PATCH", "/api/auth/profile", json={"bio": bio})
        assert self.call("GET", "/api/auth/profile")["bio"] == bio

    def refresh(self) -> None:
        self.take_tokens(
            self.call("POST", "/api/auth/refresh", json={"refresh_token": self.refresh_token})
        )

    def register(self, email: str) -> None:
        """By e-mail, and prove the number."""
        body = {"email": email, "phone": self.number, "first_name": "Bob", "last_name": "Rao"}
        passwords = {"password": PASSWORD, "password_confirm": PASSWORD}
        answer = self.call("POST", "/api/users/register/", status=201, json=body | passwords)
        self.token, self.refresh_token = answer["token"], answer["data"]["refresh"]
        self.call("POST", "/api/users/send-phone-otp/", json={"phone": self.number})
        proof = {"phone": self.number, "otp": self.provider.last_code(self.number)}
        assert self.call("POST", "/api/users/verify-phone-otp/", json=proof)["success"]

    def delete_account(self) -> None:
        self.call("POST", "/api/auth/account/delete-code")
        code = self.provider.last_code(self.number)
        self.call("DELETE", "/api/auth/account", json={"otp_code": code})


@dataclass
class Staff:
    """A member of staff with a browser."""

    url: str
    browser: requests.Session = field(default_factory=requests.Session)

    def sign_in(self, name: str) -> None:
        path = "/django/admin/login/"
        token = self.csrf_token(path)
        body = {"csrfmiddlewaretoken": token, "username": name, "password": PASSWORD}
        answer = self.browser.post(f"{self.url}{path}", body, allow_redirects=False, timeout=30)
        assert answer.status_code == 302, said(answer.text)

    def csrf_token(self, path: str) -> str:
        found = CSRF.search(self.read(path))
        assert found, path
        return found[1]

    def read(self, path: str) -> str:
        answer = self.browser.get(f"{self.url}{path}", timeout=30)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {said(answer.text)}"
        return answer.text

    def open_desk(self) -> str:
        """The ETag with which the desk asks again."""
        self.read("/leads/")
        return self.poll()[1]

    def poll(self, etag: str = "") -> tuple[int, str]:
        headers = {"HX-Request": "true", "HX-Trigger": "list", "If-None-Match": etag}
        answer = self.browser.get(f"{self.url}/leads/", headers=headers, timeout=30)
        assert answer.status_code in (200, 304), said(answer.text)
        return answer.status_code, answer.headers["ETag"]

    def act(self, lead_id: int, name: str, **fields: str) -> None:
        token = self.csrf_token(f"/leads/{lead_id}/")
        path = f"{self.url}/leads/{lead_id}/{name}/"
        body = {"csrfmiddlewaretoken": token, **fields}
        answer = self.browser.post(path, body, allow_redirects=False, timeout=30)
        assert answer.status_code == 302, f"{name}: {answer.status_code} {said(answer.text)}"
