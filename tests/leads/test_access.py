"""Who may do what with which lead, at every door: one table says it, every cell is tried.

A door is how somebody comes in: it sees a lead or does something with it, and answers with what
they got. Another door is another row in `DOORS`.
"""

from dataclasses import dataclass

import pytest
from django.test import Client

from accounts.models import User
from leads.actions import claim, contact
from leads.actions.registry import ACTIONS
from leads.models import Lead
from tests.cast import CAROL
from tests.each import each, taken_back
from tests.leads.statuses import put_into

ROLES = ["visitor", "customer", "staff", "agent", "manager", "admin"]

# What a lead is to whoever comes: nobody's, theirs, or a colleague's. Its holder looked at it.
FREE, OWN, OTHERS = "free", "own", "somebody else's"
STATES = [FREE, OWN, OTHERS]

YES, NO = "yes", "no"

DATA = {
    "call": {"outcome": "reached"},
    "note": {"text": "x"},
    "status": {"status": "contacted"},
    "follow-up": {"quick": "hour"},
    "verify": {"reason": "Saw the passport"},
    "resume-link": {"channel": "copied"},
    "forget": {"digits": CAROL[-3:]},
    "called-in": {"text": "x"},
}

AGENT = {
    "see": {FREE: YES, OWN: YES, OTHERS: NO},
    "claim": {FREE: YES, OWN: YES, OTHERS: NO},
    "release": {FREE: NO, OWN: YES, OTHERS: NO},
    "assign": {FREE: NO, OWN: YES, OTHERS: NO},
    "reveal": {FREE: NO, OWN: YES, OTHERS: NO},
    "call": {FREE: NO, OWN: YES, OTHERS: NO},
    "note": {FREE: NO, OWN: YES, OTHERS: NO},
    "status": {FREE: NO, OWN: YES, OTHERS: NO},
    "follow-up": {FREE: NO, OWN: YES, OTHERS: NO},
    "resume-link": {FREE: NO, OWN: YES, OTHERS: NO},
    "verify": {FREE: NO, OWN: NO, OTHERS: NO},
    "undo-verification": {FREE: NO, OWN: NO, OTHERS: NO},
    "forget": {FREE: NO, OWN: NO, OTHERS: NO},
    "called-in": {FREE: NO, OWN: YES, OTHERS: YES},
}
EVERY = dict.fromkeys(STATES, YES)
MANAGER = AGENT | {
    "see": EVERY,
    "release": EVERY,
    "assign": EVERY,
    "note": EVERY,
    "status": EVERY,
    "follow-up": EVERY,
    "verify": EVERY,
    "forget": EVERY,
    "called-in": EVERY,
}
NOBODY = {action: dict.fromkeys(STATES, NO) for action in AGENT}

EXPECTED = {
    "visitor": NOBODY,
    "customer": NOBODY,
    "staff": NOBODY,
    "agent": AGENT,
    "manager": MANAGER,
    "admin": MANAGER,
}
"""Role, action, whose lead: whether it is done. Here is nothing to undo, so nobody does."""


@dataclass(frozen=True)
class Door:
    """`headers`: what every request through it carries."""

    name: str
    headers: dict[str, str]

    def try_(self, browser: Client, lead: Lead, action: str):
        address = f"/leads/{lead.pk}/"
        if action == "see":
            return browser.get(address, headers=self.headers)
        data = DATA.get(action, {})
        if action == "assign":
            data = {"agent": User.objects.get(username="sita").pk}
        return browser.post(f"{address}{action}/", data, headers=self.headers)

    def offers(self, action: str) -> bool:
        return True


@dataclass(frozen=True)
class JSONDoor(Door):
    """The staff API, by the browser's session. It does less than the pages."""

    def offers(self, action: str) -> bool:
        return action == "see" or action in JSON_DATA

    def try_(self, browser: Client, lead: Lead, action: str):
        address = f"/api/leads/{lead.pk}"
        if action == "see":
            return browser.get(address)
        return browser.post(f"{address}/{action}", JSON_DATA[action], "application/json")


JSON_DATA = {
    "claim": {},
    "release": {},
    "reveal": {},
    "call": {"outcome": "reached"},
    "note": {"text": "x"},
    "status": {"status": "contacted"},
    "follow-up": {"at": None},
    "called-in": {"text": "x"},
}

DOORS = [
    Door("page", {}),
    Door("fragment", {"HX-Request": "true"}),
    JSONDoor("JSON", {}),
]


WORKERS = {"agent", "manager", "admin"}

CELLS = {
    role: [
        (action, state)
        for action in AGENT
        for state in STATES
        if state != OWN or role in WORKERS  # nobody else can hold a lead
    ]
    for role in ROLES
}


@pytest.fixture
def people(alice, staff, colleague, sales_manager, sales_admin):
    return {
        "visitor": None,
        "customer": alice,
        "staff": User.objects.create_user("nina", password="x", is_staff=True),
        "agent": staff,
        "manager": sales_manager,
        "admin": sales_admin,
    }


@pytest.fixture
def lead_that_is(lead, people, colleague):
    """`lead_that_is(OWN, "agent")`: the lead as it is for who comes, looked at by its holder."""

    def make(state, role):
        holder = {FREE: None, OWN: people[role], OTHERS: colleague}[state]
        if holder is not None:
            claim.claim(lead.pk, actor=holder)
            contact.reveal(lead.pk, actor=holder)
        return lead

    return make


def is_done(response):
    """Shown, or sent back to the lead or the list; not to a sign-in."""
    if response.status_code == 302:
        return response["Location"].startswith("/leads/")
    return response.status_code == 200 and "HX-Refresh" not in response


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_role_action_door(door, role, people, lead_that_is, browser_of, subtests):
    browser = browser_of(people[role])
    for action, state in CELLS[role]:
        if door.offers(action):
            with subtests.test(action=action, state=state), taken_back():
                lead = lead_that_is(state, role)
                before = lead.events.count()
                response = door.try_(browser, lead, action)
                check_answer(response, role, action, state)
                if not is_done(response):
                    assert lead.events.count() == before


def check_answer(response, role, action, state):
    expected = EXPECTED[role][action][state] == YES
    assert is_done(response) == expected, (response.status_code, response.content[:2000])
    check_number(response, role, action, state)


def check_number(response, role, action, state):
    """The full number is for who holds the lead and has looked at it, and for nobody else."""
    body = b"".join(response) if response.streaming else response.content
    if state != OWN or action in ("release", "assign", "forget"):
        assert CAROL[3:].encode() not in body, "the full number leaks"


def test_the_table_knows_every_action():
    assert set(AGENT) == set(ACTIONS) | {"see"}


@each("door", {door.name: door for door in DOORS})
@each(
    "status, changes, refused",
    {
        "no consent": ("new", {"consent_at": None}, {"reveal", "call", "resume-link"}),
        "do not contact": ("do_not_contact", {}, {"reveal", "call", "resume-link"}),
        "customer": ("converted", {}, set(ACTIONS) - {"release", "forget"}),
    },
)
def test_what_a_lead_itself_forbids(
    lead, sales_manager, colleague, browser_of, door, status, changes, refused
):
    claim.claim(lead.pk, actor=sales_manager)
    contact.reveal(lead.pk, actor=sales_manager)
    put_into(status, **changes)
    browser = browser_of(sales_manager)
    for action in sorted(filter(door.offers, refused)):
        assert not is_done(door.try_(browser, lead, action)), action


@each("role", ROLES)
@each("address", ["/leads/shift/", "/leads/follow-ups/"])
def test_urls_without_a_lead(role, address, people, browser_of):
    response = browser_of(people[role]).get(address)
    assert (response.status_code == 200) == (role in WORKERS)


WHOLE = {
    "list": ("/leads/", WORKERS),
    "JSON list": ("/api/leads/", WORKERS),
    "saved views": ("/leads/views/", WORKERS),
    "insights": ("/leads/insights/", {"manager", "admin"}),
    "figures as a file": ("/leads/insights/?format=csv", {"manager", "admin"}),
    "export": ("/leads/export/", {"manager", "admin"}),
    "import": ("/leads/import/", {"manager", "admin"}),
}
"""Doors to more than one lead, and who gets in."""


@each("role", ROLES)
@each("name", WHOLE.keys())
def test_role_and_doors_to_many_leads(role, name, people, lead_that_is, browser_of):
    address, welcome = WHOLE[name]
    lead_that_is(OTHERS, role)
    response = browser_of(people[role]).get(address)
    assert (response.status_code == 200) is (role in welcome)
    check_number(response, role, "see", OTHERS)


@each("role", ROLES)
@each("numbers", ["masked", "full"])
def test_role_and_exported_numbers(role, numbers, people, lead_that_is, browser_of):
    lead_that_is(OTHERS, role)
    browser = browser_of(people[role])
    asked = browser.post("/leads/export/", {"confirmed": "yes", "numbers": numbers})
    got = asked.status_code == 302 and asked["Location"].startswith("/leads/exports/")
    assert got is (role in {"manager", "admin"})
    if got:
        file = b"".join(browser.get(f"{asked['Location']}leads.csv")).decode()
        has_number = CAROL[3:] in file.replace(" ", "")
        assert has_number is (role == "admin" and numbers == "full")
