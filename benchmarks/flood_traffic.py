"""Made-up traffic of people and programs that ask for codes, for the simulator of floods."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

HOUR = 3600.0
DAY = 24 * HOUR
OLD_APPS = 0.1
"""The share of honest people whose app or browser solves no challenge, so that they wait."""
TYPED = 0.85
"""The share of honest people who type their code."""
BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 10, 10, 9, 9, 9, 9, 9, 10, 11, 12, 12, 10, 6, 3)
"""How many sign up in each hour of a day, in parts."""


@dataclass(frozen=True)
class Visit:
    """Somebody who asks for a code at `at` seconds. `types_after`: seconds, None for never.

    `at_challenge`: what they do when they have to work: "solve", "wait" or "leave".
    """

    at: float
    phone_number: str
    client_ip: str
    types_after: float | None
    at_challenge: str
    is_attack: bool = False


@dataclass(frozen=True)
class Scenario:
    """`usual_day`: the most codes that were typed on one of the last 14 days. `is_variant`:
    whether it differs from another one in what the attack does at challenges alone."""

    name: str
    visits: list[Visit]
    usual_day: int
    is_variant: bool = False


def scenarios() -> list[Scenario]:
    """The same traffic every time."""
    found = [
        Scenario("honest day", list(honest_day(Random(1))), 2040),
        Scenario("launch burst from one carrier's NAT", list(launch(Random(2))), 0),
    ]
    for reaction, words in (
        ("leave", "ignores challenges"),
        ("wait", "waits"),
        ("solve", "solves challenges"),
    ):
        for name, attack in (("pumping", pumping), ("slow pumping", slow_pumping)):
            visits = [*honest_day(Random(1)), *attack(Random(3), reaction)]
            is_variant = reaction != "leave"
            found.append(Scenario(f"{name}, {words}", visits, 2040, is_variant))
    return found


def honest_day(rng: Random, people: int = 2400) -> Iterator[Visit]:
    """Half of them are behind the addresses of thirty carriers, of which some are much busier."""
    for _ in range(people):
        hour = rng.choices(range(24), BY_HOUR)[0]
        behind_carrier = f"100.64.0.{min(29, int(rng.expovariate(0.2)))}"
        own = _address(rng)
        client_ip = behind_carrier if rng.random() < 0.5 else own
        yield _honest(rng, (hour + rng.random()) * HOUR, client_ip)


def launch(rng: Random, people: int = 600, seconds: float = 600) -> Iterator[Visit]:
    """Everybody at a concert signs up over one carrier, whose address is one."""
    for _ in range(people):
        yield _honest(rng, 19 * HOUR + rng.random() * seconds, "100.64.0.1")


def pumping(rng: Random, reaction: str, asks: int = 6000) -> Iterator[Visit]:
    """Two hours of asking from 1 000 addresses for numbers of many prefixes."""
    yield from _attack(rng, reaction, asks, lambda: 12 * HOUR + rng.random() * 2 * HOUR)


def slow_pumping(rng: Random, reaction: str, asks: int = 2160) -> Iterator[Visit]:
    """The same, once in 40 seconds all day long."""
    yield from _attack(rng, reaction, asks, lambda: rng.random() * DAY)


def _attack(rng: Random, reaction: str, asks: int, when: Callable[[], float]) -> Iterator[Visit]:
    addresses = [_address(rng) for _ in range(1000)]
    for _ in range(asks):
        yield Visit(
            at=when(),
            phone_number=_number(rng),
            client_ip=rng.choice(addresses),
            types_after=None,
            at_challenge=reaction,
            is_attack=True,
        )


def _honest(rng: Random, at: float, client_ip: str) -> Visit:
    return Visit(
        at=at,
        phone_number=_number(rng),
        client_ip=client_ip,
        types_after=rng.uniform(8, 60) if rng.random() < TYPED else None,
        at_challenge="wait" if rng.random() < OLD_APPS else "solve",
    )


def _number(rng: Random) -> str:
    return f"+91{rng.choice('6789')}{rng.randrange(10**9):09d}"


def _address(rng: Random) -> str:
    return f"{rng.randrange(11, 99)}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"
