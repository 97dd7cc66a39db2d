"""Makes the requests of the people on the measured site: new numbers, customers, and staff."""

import itertools
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import Session, User
from accounts.profile import flows as profile
from accounts.sessions import access_tokens
from benchmarks.message import Request, get, header_of, post
from benchmarks.site import codes_in

CUSTOMERS = 200
PROFILE = {
    "name": "Asha Rao",
    "email": "asha@example.com",
    "birth_date": date(1998, 4, 23),
    "gender": "female",
    "event_interests": [1, 3, 5],
    "profile_pictures": ["https://cdn.example.com/1.jpg", "https://cdn.example.com/2.jpg"],
    "bio": "Runs and sings.",
    "location": "Pune",
}

Send = Callable[[Sequence[Request], int], list[bytes]]
"""`send(requests, status)`: their answers, in any order; raises if one has another status."""


class Cast:
    """Makes the requests of each operation.

    `send` is the way to the site, in this process or over sockets; the codes are in its log.
    """

    def __init__(self, send: Send, log: Path) -> None:
        self.send = send
        self._log = log
        # A prime walks through the block in long steps, as people from everywhere would.
        self._numbers = (f"+9198{n * 61_803_401 % 10**8:08}" for n in itertools.count())
        self._signed_up: list[str] = []
        self._tokens = [_token_of_customer(f"+9197{n:08}") for n in range(CUSTOMERS)]
        self._staff = {"Cookie": f"sessionid={_cookie_of_staff()}"}

    def sign_up(self, count: int) -> list[Request]:
        """Each from a number that the site does not know."""
        numbers = list(itertools.islice(self._numbers, count))
        self._signed_up += numbers
        return [post("/api/auth/signup", phone_number=number) for number in numbers]

    def verify(self, count: int) -> list[Request]:
        """Each the right code of a number that just asked for one: the account is created."""
        if (missing := count - len(self._signed_up)) > 0:
            self.send(self.sign_up(missing), 200)
        numbers, self._signed_up = self._signed_up[:count], self._signed_up[count:]
        return self._verifications(numbers)

    def verify_known(self, count: int) -> list[Request]:
        """The same of people who have an account."""
        numbers = list(itertools.islice(self._numbers, count))
        for number in numbers:
            User.objects.get_or_create_verified(number)
        path = "/api/auth/signup"
        self.send([post(path, phone_number=number) for number in numbers], 200)
        return self._verifications(numbers)

    def _verifications(self, numbers: list[str]) -> list[Request]:
        codes = codes_in(self._log)
        path = "/api/auth/verify-otp"
        return [post(path, phone_number=number, otp_code=codes[number]) for number in numbers]

    def read_profile(self, count: int) -> list[Request]:
        """Of customers with complete profiles, in turn."""
        turns = itertools.islice(itertools.cycle(self._tokens), count)
        return [get("/api/auth/profile", Authorization=f"Bearer {token}") for token in turns]

    def list_interests(self, count: int) -> list[Request]:
        return [get("/api/auth/event-interests")] * count

    def revalidate_interests(self, count: int) -> list[Request]:
        return [self._revalidation(get("/api/auth/event-interests"))] * count

    def poll_desk(self, count: int) -> list[Request]:
        """An open sales desk on which nothing has changed, and which asks by itself."""
        desk = get("/leads/", **self._staff, **{"HX-Request": "true"})
        return [self._revalidation(desk)] * count

    def say_hello(self, count: int) -> list[Request]:
        return [get("/api/hello")] * count

    def _revalidation(self, request: Request) -> Request:
        [answer] = self.send([request], 200)
        etag = header_of(answer, "ETag")
        return Request("GET", request.path, headers={**request.headers, "If-None-Match": etag})


def _token_of_customer(phone_number: str) -> str:
    user = User.objects.get_or_create_verified(phone_number)
    profile.complete(user.pk, dict(PROFILE))
    session_id = Session.objects.start(user.pk)
    return access_tokens.issue(session_id=session_id, user_id=user.pk, phone_number=phone_number)


def _cookie_of_staff() -> str:
    client, sam = Client(), get_user_model().objects.create_user("sam", is_staff=True)
    sam.groups.add(Group.objects.get(name="Sales agent"))
    client.force_login(sam)
    return client.cookies["sessionid"].value
