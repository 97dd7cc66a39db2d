"""People who sign up, from the number to the whole profile, in threads of this process."""

import logging
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import orjson
from django.core.cache import cache
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.messaging import reports
from accounts.messaging.channels import Channel
from accounts.messaging.providers.base import DeliveryReport
from accounts.models.phone_otp import Purpose
from accounts.profile import drafts
from accounts.profile.sections import SECTIONS, Section
from benchmarks import in_process
from benchmarks.message import Request, post

WRONG_CODE_EVERY = 5
"""Every fifth person types a wrong code first."""

AT_A_TIME = 100
"""People of one thread who wait for their codes while others ask for theirs, as at a busy hour: so
between two changes of a row the page that it is on fills up."""

PROFILE: dict[str, Any] = {
    "name": "Asha Rao",
    "birth_date": "1998-04-23",
    "gender": "female",
    "event_interests": [1, 3, 5],
    "profile_pictures": ["https://cdn.example.com/1.jpg", "https://cdn.example.com/2.jpg"],
    "bio": "Runs and sings.",
    "location": "Pune",
}

_CODE = re.compile(r"OTP for (\+\d+): (\d+)")


class _Codes(logging.Handler):
    """The codes that were sent, by their numbers, from the log."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if found := _CODE.match(record.getMessage()):
            self.sent[found[1]] = found[2]


class Crowd:
    """So many people with numbers that the site does not know; `threads` of them at once.

    `is_in_steps`: whether they fill the profile in part by part, as on the pages of the site.
    """

    def __init__(self, people: int, *, threads: int, is_in_steps: bool = False) -> None:
        self._people, self._threads = people, threads
        self._is_in_steps = is_in_steps
        self._is_over = False
        self._codes = _Codes()
        logging.getLogger("accounts.messaging.providers.log_only").addHandler(self._codes)

    def statements_of_one(self) -> int:
        """Of a sign-up without a wrong code, with empty caches: all statements, `BEGIN` and
        `COMMIT` among them."""
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            self._sign_up([self._people * WRONG_CODE_EVERY + 1])
        return len(captured.captured_queries)

    def sign_up(self) -> None:
        """All people, in turn. Raises UnexpectedAnswer if one of them gets a wrong answer."""
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                for _ in pool.map(self._take_turns, range(self._threads)):
                    pass
            finally:
                self._is_over = True  # the other threads end after the people they are at

    def _take_turns(self, thread: int) -> None:
        try:
            turns = range(thread, self._people, self._threads)
            for first in range(0, len(turns), AT_A_TIME):
                if self._is_over:
                    return
                self._sign_up(turns[first : first + AT_A_TIME])
        finally:
            connections.close_all()  # which also reports what this connection counted

    def _sign_up(self, people: Sequence[int]) -> None:
        numbers = [_number_of(person) for person in people]
        for number in numbers:
            in_process.send([post("/api/auth/signup", phone_number=number)], 200)
        for number in numbers:
            report = DeliveryReport(phone_number=number, channel=Channel.SMS)
            reports.announce(report, purpose=Purpose.SIGN_IN)
        answers = [self._verify(*one) for one in zip(people, numbers, strict=True)]
        for person, verified in zip(people, answers, strict=True):
            if not self._is_in_steps:
                in_process.send([_completion(person, verified["token"])], 200)
        for section in SECTIONS if self._is_in_steps else ():
            for person, verified in zip(people, answers, strict=True):
                _fill_in(verified["data"]["user_id"], section, person)

    def _verify(self, person: int, number: str) -> dict[str, Any]:
        """The answer to a code, which some people mistype at first."""
        code = self._codes.sent.pop(number)
        if person % WRONG_CODE_EVERY == 0:
            self._type(number, f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}", status=400)
        answer = self._type(number, code, status=200)
        verified: dict[str, Any] = orjson.loads(answer.partition(b"\r\n\r\n")[2])
        return verified

    @staticmethod
    def _type(number: str, code: str, *, status: int) -> bytes:
        typed = post("/api/auth/verify-otp", phone_number=number, otp_code=code)
        return in_process.send([typed], status)[0]


def _number_of(person: int) -> str:
    """A prime walks through the block in long steps, as people from everywhere would."""
    return f"+9198{person * 61_803_401 % 10**8:08}"


def _fill_in(user_id: int, section: Section, person: int) -> None:
    if section.page:  # pictures are kept before the step is sent
        drafts.change(user_id, {"profile_pictures": PROFILE["profile_pictures"]})
    drafts.save(user_id, section, _answers(section, person))


def _answers(section: Section, person: int) -> dict[str, Any]:
    """Clean values, as a form gives them."""
    clean = PROFILE | {"birth_date": date(1998, 4, 23), "email": f"asha{person}@example.com"}
    return {name: clean[name] for name in section.fields if name in clean}


def _completion(person: int, token: str) -> Request:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    own = {"email": f"asha{person}@example.com"}
    return Request("POST", "/api/auth/complete-profile", orjson.dumps(PROFILE | own), headers)
