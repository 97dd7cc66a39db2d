"""A lead whose number is masked, and every door to search."""

import pytest
from django.utils import timezone

from accounts.models import ApiToken
from leads.desk import saved_views
from leads.models import Lead, SavedView
from leads.models.lead_event import EventKind
from tests.cast import ALICE

HTMX = {"HX-Request": "true"}
NATIONAL = ALICE.removeprefix("+91")


@pytest.fixture
def alice_lead(db) -> Lead:
    return lead(ALICE, name="Asha Rao", email="asha@example.com", consent_at=timezone.now())


def lead(phone_number, **changes):
    Lead.objects.advance(phone_number, EventKind.CODE_REQUESTED)
    Lead.objects.filter(phone_number=phone_number).update(**changes)
    return Lead.objects.get(phone_number=phone_number)


@pytest.fixture
def ask(staff, browser_of, api):
    """`ask(door)`: a search through this door, which says how many leads it found."""
    browser, token = (
        browser_of(staff),
        ApiToken.objects.create_token(staff.pk, name="test", scopes=["leads:read"], days=90),
    )

    def desk(typed):
        response = browser.get("/leads/", {"q": typed})
        return response.content.decode().count("<tr") and len(response.context["page"].leads)

    def poll(typed):
        """With the ETag of an empty search before it, as an open desk asks."""
        response = browser.get("/leads/", {"q": typed}, headers=HTMX)
        return len(response.context["page"].leads)

    def staff_api(typed):
        answer = api.get("/api/leads/", data={"q": typed}, token=token).json()
        return len(answer["data"]["leads"])

    def saved(typed):
        SavedView.objects.all().delete()
        saved_views.save("View", f"q={typed}", owner=staff)
        [entry] = browser.get("/leads/views/").context["entries"]
        return int(entry["count"] or 0)

    doors = {"desk": desk, "htmx": poll, "api": staff_api, "saved view": saved}
    return lambda door: doors[door]


def read_digits(search, shown="376"):
    """The attack: lengthen what is known by one digit, before it or after it, while it is found.

    Returns what was found out, and how often was asked.
    """
    known, asked = shown, 0
    while True:
        guesses = [f"{digit}{known}" for digit in range(10)] + [f"{known}{n}" for n in range(10)]
        for guess in guesses:
            asked += 1
            if search(guess):
                known = guess
                break
        else:
            return known, asked
