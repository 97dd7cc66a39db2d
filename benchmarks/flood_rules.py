"""What answers simulated traffic: Loopin's own functions, and the published rule of Authgear.

Loopin's run on a real database, on whose connection `now()` is the simulated time.
"""

from bisect import bisect_left
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import altcha
from django.db import transaction
from django.test.utils import override_settings

from accounts import limits
from accounts.codes import message_limits, permits, proof_of_work, risk
from accounts.codes.errors import ProofOfWorkRequired
from accounts.codes.proof_of_work import Permit
from accounts.codes.recipients import get_number_block
from accounts.codes.request import CodeRequest
from accounts.models import RateCounter
from accounts.models.phone_otp import Purpose
from accounts.models.rate_counter import Limit
from benchmarks.flood_traffic import DAY, HOUR, Visit
from loopin.errors import LoopinError
from loopin.sql import execute

BEGIN = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
CLOCK = """
CREATE SCHEMA IF NOT EXISTS simulated;
CREATE OR REPLACE FUNCTION simulated.now() RETURNS timestamptz STABLE LANGUAGE sql
AS $$ SELECT to_timestamp(current_setting('simulated.now')::float) $$;
SET search_path = simulated, public, pg_catalog;
"""
UNSOLVED = "unsolved"


@dataclass(frozen=True)
class Answer:
    """`wait`: seconds, if a challenge was given instead of a code."""

    is_sent: bool = False
    challenge: Any = None
    wait: int = 0


class Rules(Protocol):
    def ask(self, visit: Visit, now: float, solution: str) -> Answer: ...

    def note_typed(self, visit: Visit, now: float) -> None: ...


class Loopin:
    """The limits that production has, with PROOF_OF_WORK `on` or `off`.

    `makes_room`: whether typed codes make room; without it the limits are fixed.
    """

    def __init__(self, mode: str, *, makes_room: bool = True) -> None:
        self._makes_room = makes_room
        self._settings = override_settings(
            PROOF_OF_WORK=mode, SMS_DAILY_BUDGET=5000, SMS_ALLOWED_COUNTRIES=["IN"]
        )
        execute(CLOCK, [])
        RateCounter.objects.all().delete()

    def ask(self, visit: Visit, now: float, solution: str) -> Answer:
        _set_clock(now)
        request = CodeRequest(source="api", client_ip=visit.client_ip, solution=solution)
        with self._settings:
            found = risk.find_risk(visit.phone_number)

            @transaction.atomic
            def send(permit: Permit) -> list[Limit]:
                return message_limits.spend_message(
                    visit.phone_number, visit.client_ip, found, permit
                )

            try:
                permits.send_permitted(send, visit.phone_number, Purpose.SIGN_IN, request, found)
            except ProofOfWorkRequired as error:
                return Answer(challenge=error.details["challenge"], wait=error.retry_after)
            except LoopinError:
                return Answer()
        return Answer(is_sent=True)

    def note_typed(self, visit: Visit, now: float) -> None:
        """What using a code up does to the limits."""
        _set_clock(now)
        room = message_limits.room_made_by_typing(visit.phone_number, visit.client_ip)
        if self._makes_room:
            RateCounter.objects.give_back(room)
        limits.spend([limits.BLOCK_VERIFIED.limit_for(get_number_block(visit.phone_number))])


def solve(challenge: Any) -> str:
    """The solution of a challenge, as a client sends it."""
    given = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(given)
    assert solution is not None
    return altcha.Payload(given, solution).to_base64()


def make_challenges_easy() -> None:
    """One iteration each: the simulation counts challenges, and not how long they take."""
    proof_of_work.ITERATIONS = 1


def _set_clock(now: float) -> None:
    execute("SELECT set_config('simulated.now', %s, FALSE)", [str(BEGIN + now)])


class Window:
    """The codes of the last `seconds`, and how many of them were typed."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._unverified: list[float] = []
        self._verified: deque[float] = deque()

    def add(self, now: float) -> None:
        self._unverified.append(now)

    def verify(self, sent_at: float, now: float) -> None:
        place = bisect_left(self._unverified, sent_at)
        if place < len(self._unverified) and self._unverified[place] == sent_at:
            del self._unverified[place]
        self._verified.append(now)

    def count(self, now: float) -> tuple[int, int]:
        """Unverified and verified ones."""
        while self._verified and self._verified[0] < now - self.seconds:
            self._verified.popleft()
        first = bisect_left(self._unverified, now - self.seconds)
        del self._unverified[:first]
        return len(self._unverified), len(self._verified)


class Authgear:
    """The published rule of Authgear against SMS pumping, with `deny_if_any_warning`.

    https://github.com/authgear/authgear-server/blob/main/docs/specs/fraud-protection.md: so many
    unverified codes at most for the country of a number and for an address, in an hour and a day.
    Its fifth warning, of an address that asks for many countries, cannot come up here: all numbers
    are India's.
    """

    def __init__(self, usual_day: int) -> None:
        self._usual_day = usual_day
        self._country = Window(DAY), Window(HOUR)
        self._networks = defaultdict(lambda: (Window(DAY), Window(HOUR)))
        self._sent_at: dict[Visit, float] = {}

    def ask(self, visit: Visit, now: float, solution: str) -> Answer:
        country, network = self._country, self._networks[visit.client_ip]
        if self._is_country_past(now) or self._is_network_past(visit.client_ip, now):
            return Answer()
        for window in (*country, *network):
            window.add(now)
        self._sent_at[visit] = now
        return Answer(is_sent=True)

    def note_typed(self, visit: Visit, now: float) -> None:
        for window in (*self._country, *self._networks[visit.client_ip]):
            window.verify(self._sent_at[visit], now)

    def _is_country_past(self, now: float) -> bool:
        (of_day, typed_day), (of_hour, typed_hour) = (w.count(now) for w in self._country)
        daily = max(20, self._usual_day * 0.2, typed_day * 0.2)
        return of_day >= daily or of_hour >= max(3, daily / 6, typed_hour * 0.2)

    def _is_network_past(self, client_ip: str, now: float) -> bool:
        (of_day, typed_day), (of_hour, _) = (w.count(now) for w in self._networks[client_ip])
        return of_day >= max(10, 0.2 * typed_day) or of_hour >= max(5, 0.2 * typed_day / 6)
