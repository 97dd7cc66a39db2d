"""Plays floods of requests for codes against the limits, in simulated time, and counts who got one.

.venv/bin/python -m benchmarks.flood_simulator

The limits and the proof of work are the product's own functions on a PostgreSQL of their own; the
traffic is made up (benchmarks/flood_traffic.py). Prints a Markdown table.
"""

import argparse
import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from benchmarks.flood_traffic import Scenario, Visit, scenarios
from benchmarks.site import migrated

if TYPE_CHECKING:
    from benchmarks.flood_rules import Answer, Rules

PRICE = 0.25
"""Rupees for a message to an Indian number over a registered (DLT) route; others cost more."""
MOST_WAITS = 2
LONGEST_WAIT = 120
"""Seconds that anybody waits for a code, before they leave."""


@dataclass
class Tally:
    """What became of the visits."""

    honest: int = 0
    stopped: int = 0
    challenged: int = 0
    attacks: int = 0
    caught: int = 0

    def row(self, price: float) -> str:
        caught = f"{self.caught / self.attacks:.1%}" if self.attacks else "–"
        lost = f"{(self.attacks - self.caught) * price:,.0f}" if self.attacks else "–"
        return f"{caught} | {self.stopped} | {self.challenged} | {lost}"


@dataclass(order=True)
class Event:
    """Somebody asks for the time `asked` with a solution or without, or types the code."""

    at: float
    number: int
    visit: Visit = field(compare=False)
    solution: str = field(compare=False, default="")
    asked: int = field(compare=False, default=0)
    is_typing: bool = field(compare=False, default=False)


def simulate(visits: Iterable[Visit], rules: "Rules") -> Tally:
    """Let everybody ask, type their code, solve what they are given, or wait, in order of time."""
    visits = list(visits)
    tally = Tally(attacks=sum(visit.is_attack for visit in visits))
    tally.honest = len(visits) - tally.attacks
    events = [Event(visit.at, number, visit) for number, visit in enumerate(visits)]
    heapq.heapify(events)
    while events:
        event = heapq.heappop(events)
        if event.is_typing:
            rules.note_typed(event.visit, event.at)
        elif (following := _ask(event, rules, tally)) is not None:
            heapq.heappush(events, following)
    return tally


def _ask(event: Event, rules: "Rules", tally: Tally) -> Event | None:
    """What the visitor does after the answer, if anything."""
    visit = event.visit
    answer = rules.ask(visit, event.at, event.solution)
    if answer.is_sent:
        typed_after = visit.types_after
        if typed_after is None:
            return None
        return replace(event, at=event.at + typed_after, is_typing=True)
    if answer.challenge and not event.asked and not visit.is_attack:
        tally.challenged += 1
    following = _react(event, answer) if answer.challenge else None
    if following is None:
        tally.caught += visit.is_attack
        tally.stopped += not visit.is_attack
    return following


def _react(event: Event, answer: "Answer") -> Event | None:
    """Solve the challenge or wait, as this visitor does; None to leave without a code."""
    from benchmarks.flood_rules import solve  # noqa: PLC0415  the settings are known only here

    reaction, asked = event.visit.at_challenge, event.asked + 1
    if reaction == "solve" and not event.solution:
        return replace(event, at=event.at + 1, solution=solve(answer.challenge), asked=asked)
    if reaction == "wait" and asked <= MOST_WAITS and answer.wait <= LONGEST_WAIT:
        return replace(event, at=event.at + answer.wait + 1, asked=asked)
    return None


def compare(wanted: list[Scenario], price: float) -> None:
    from benchmarks.flood_rules import (  # noqa: PLC0415  the settings are known only here
        Authgear,
        Loopin,
        make_challenges_easy,
    )

    make_challenges_easy()
    print("| Traffic | Rules | Attack caught | Honest stopped | Honest challenged | Rupees lost |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for scenario in wanted:
        rules: dict[str, Callable[[], Rules]] = {
            "fixed limits": lambda: Loopin("off", makes_room=False),
            "`off`: typed codes make room": lambda: Loopin("off"),
            "`on`: and work before walls": lambda: Loopin("on"),
            "Authgear's rule": lambda usual=scenario.usual_day: Authgear(usual),
        }
        for name, make in rules.items():
            if scenario.is_variant and not name.startswith("`on`"):
                continue  # nothing else asks for work
            tally = simulate(scenario.visits, make())
            print(f"| {scenario.name} | {name} | {tally.row(price)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--price", type=float, default=PRICE, help="rupees for a message")
    arguments = parser.parse_args()
    with migrated():
        compare(scenarios(), arguments.price)


if __name__ == "__main__":
    main()
