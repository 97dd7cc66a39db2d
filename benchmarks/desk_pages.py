"""What each page of the desk costs: time over a socket, statements in this process."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode

from django.contrib.auth.models import Group
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate

from accounts.models import User
from benchmarks import in_process
from benchmarks.load import UnexpectedAnswer, drive
from benchmarks.message import get
from benchmarks.site import Site
from leads.models import Lead

HEAD = "| page | median ms | p99 ms | slowest ms | statements | KiB |"
VARIANTS = 8
"""How many different addresses of a kind take turns, so that no answer is known before."""


@dataclass(frozen=True)
class Kind:
    """A page, and the addresses by which it is asked for."""

    name: str
    paths: list[str]


def cookie_of(name: str, role: str) -> dict[str, str]:
    """The header of a browser in which somebody of this role is signed in."""
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}


def kinds() -> list[Kind]:
    """The pages that exist; the others are named as missing."""
    found = []
    for name, paths in _EVERY.items():
        try:
            found.append(Kind(name, paths()))
        except NoReverseMatch:
            print(f"Left out, there is no such address: {name}\n", flush=True)
    return found


def measure(site: Site, kind: Kind, headers: dict[str, str], count: int) -> str:
    """A row of the table: one request after the other, after one of each that is not counted."""
    requests = [get(path, **headers) for path in kind.paths]
    try:
        counts = [in_process.statements_of(request, 200) for request in requests]
        drive(site.port, requests, status=200, connections=1)
        turns = [requests[number % len(requests)] for number in range(count)]
        run = drive(site.port, turns, status=200, connections=1)
    except UnexpectedAnswer as error:
        return f"| {kind.name} | {str(error).splitlines()[0]} | | | | |"
    cells = (
        kind.name,
        f"{run.percentile(0.5) * 1e3:.0f}",
        f"{run.percentile(0.99) * 1e3:.0f}",
        f"{max(run.latencies) * 1e3:.0f}",
        f"{max(counts)}",
        f"{statistics.median(len(answer) for answer in run.answers) / 1024:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def print_plans(kind: Kind, headers: dict[str, str], milliseconds: float) -> None:
    """Of the statements of this kind's first address that take so long."""
    for plan in in_process.plans_of(get(kind.paths[0], **headers), milliseconds):
        print(f"\n{kind.name}\n{plan}", flush=True)


def _desk(**query: str) -> str:
    return f"{reverse('leads:list')}?{urlencode(query, quote_via=quote)}"


def _some_leads() -> list[Lead]:
    """From all over the year."""
    last = Lead.objects.latest("pk").pk
    keys = [last * number // VARIANTS + 1 for number in range(VARIANTS)]
    return list(Lead.objects.filter(pk__in=keys))


def _numbers() -> list[str]:
    return [(lead.phone_number or "")[3:] for lead in _some_leads()]


def _far_down() -> list[str]:
    cursors = [f"{lead.created_at.isoformat()}_{lead.pk}" for lead in _some_leads()]
    return [_desk(after=cursor) for cursor in cursors]


def _days(count: int) -> list[str]:
    first, last = localdate() - timedelta(days=count - 1), localdate()
    return [f"{reverse('leads:insights')}?first={first}&last={last}"]


def _days_of(field: str, before: int, count: int) -> str:
    first = localdate() - timedelta(days=before)
    return _desk(**{f"{field}_from": str(first), f"{field}_to": str(first + timedelta(days=count))})


def _agent() -> str:
    return str(User.objects.get(username="agent7").pk)


_EVERY: dict[str, Callable[[], list[str]]] = {
    "list": lambda: [reverse("leads:list")],
    "list, last active first": lambda: [_desk(sort="active")],
    "stage=verified": lambda: [_desk(stage="verified")],
    "status=follow_up": lambda: [_desk(status="follow_up")],
    "status=do_not_contact": lambda: [_desk(status="do_not_contact")],
    "drop_off=wrong_code": lambda: [_desk(drop_off="wrong_code")],
    "drop_off=rate_limited": lambda: [_desk(drop_off="rate_limited")],
    "owner=me": lambda: [_desk(owner="me")],
    "owner=somebody": lambda: [_desk(owner=_agent())],
    "owner=none": lambda: [_desk(owner="none")],
    "country=AE": lambda: [_desk(country="AE")],
    "country=BR, of which there are none": lambda: [_desk(country="BR")],
    "source=import": lambda: [_desk(source="import")],
    "follow_up=overdue": lambda: [_desk(follow_up="overdue")],
    "created in a week half a year ago": lambda: [_days_of("created", 180, 7)],
    "active in a week half a year ago": lambda: [_days_of("active", 180, 7)],
    "do_not_contact, AE, import, last active first": lambda: [
        _desk(status="do_not_contact", country="AE", source="import", sort="active")
    ],
    "verified, lost, AE": lambda: [_desk(stage="verified", status="lost", country="AE")],
    "requested, wrong code: none match": lambda: [_desk(stage="requested", drop_off="wrong_code")],
    "rate-limited, held by somebody": lambda: [_desk(drop_off="rate_limited", owner=_agent())],
    "a name, a stage it never has": lambda: [_desk(q="asha", stage="requested")],
    "search: 10 digits, spaced": lambda: [_desk(q=f"{n[:5]} {n[5:]}") for n in _numbers()],
    "search: 4 digits": lambda: [_desk(q=n[-4:]) for n in _numbers()],
    "search: 3 digits, of which no number is found": lambda: [_desk(q=n[-3:]) for n in _numbers()],
    "search: a name": lambda: [_desk(q=name) for name in ("asha", "Ravi Iyer", "ishaan r")],
    "search: an e-mail": lambda: [_desk(q=f"khan{n}@") for n in (77, 4321, 98765)],
    "search: nothing matches": lambda: [_desk(q="zzzqqq"), _desk(q="0000000000")],
    "search: 4 digits, a status, last active first": lambda: [
        _desk(q=n[-4:], status="lost", sort="active") for n in _numbers()
    ],
    "an older page, far down": _far_down,
    "a lead": lambda: [reverse("leads:detail", args=[lead.pk]) for lead in _some_leads()],
    "insights, 30 days": lambda: _days(30),
    "insights, 365 days": lambda: _days(365),
}
