"""The search reads what is typed as where it is entered, at every door that searches leads."""

import pytest
from django.urls import reverse

from accounts.models import ApiToken
from leads.desk import saved_views
from leads.models import Lead, SavedView
from leads.models.lead_event import EventKind
from tests.each import each
from tests.spellings import NUMBER, NUMBERS

PEOPLE = {
    NUMBER: ("Asha Rao", "asha.rao@example.com"),
    "+919812340002": ("José Álvarez", "jose@example.com"),
    "+919812340003": ("Jean-Luc D'Souza", ""),
    "+919812340004": ("आशा क्षमा", ""),
    "+919812340005": ("Łukasz Strauß", "office@xn--bcher-kva.example"),
}
ASHA, JOSE, JEAN, ASHA_IN_HINDI, LUKASZ = (name for name, _email in PEOPLE.values())

TYPED = [
    ("Rao Asha", ASHA),
    ("rao  ASHA", ASHA),
    ("ao sha example", ASHA),
    ("\u202aAsha\u200b Rao\u202c", ASHA),
    ("Ásha Ra\u0304o", ASHA),
    (" asha.rao@EXAMPLE.com\u202c", ASHA),
    ("alvarez", JOSE),
    ("ALVAREZ jose", JOSE),
    ("A\u0301lvarez", JOSE),
    ("\u00c1LVAREZ", JOSE),
    ("D\u2019Souza", JEAN),
    ("dsouza", None),
    ("jean\u2010luc", JEAN),
    ("Jean\u2011Luc", JEAN),
    ("क्षमा आशा", ASHA_IN_HINDI),
    ("क्\u200dषमा", ASHA_IN_HINDI),
    ("lukasz strauss", LUKASZ),
    ("\u0141UKASZ", LUKASZ),
    ("office@b\u00fccher.example", LUKASZ),
    ("OFFICE@bu\u0308cher.example\u202c", LUKASZ),
    ("Asha Álvarez", None),
    ("100%", None),
    ("as_a", None),
]


@pytest.fixture
def leads(db) -> None:
    for phone_number, (name, email) in PEOPLE.items():
        Lead.objects.advance(phone_number, EventKind.CODE_REQUESTED)
        Lead.objects.filter(phone_number=phone_number).update(name=name, email=email)


@pytest.fixture
def doors(leads, sales_admin, browser_of, api):
    """`doors[name](typed)`: the names of the leads that a door finds."""
    browser = browser_of(sales_admin)
    token = ApiToken.objects.create_token(sales_admin.pk, name="t", scopes=["leads:read"], days=9)

    def list_of(typed):
        return [lead.name for lead in browser.get("/leads/", {"q": typed}).context["page"].leads]

    def staff_api(typed):
        answer = api.get("/api/leads/", data={"q": typed}, token=token).json()
        return [lead["name"] for lead in answer["data"]["leads"]]

    def admin(typed):
        page = browser.get(reverse("admin:leads_lead_changelist"), {"q": typed})
        return [lead.name for lead in page.context["cl"].result_list]

    return {"desk": list_of, "api": staff_api, "admin": admin}


DOORS = ["desk", "api", "admin"]


@pytest.mark.parametrize("door", DOORS)
@each("typed, name", TYPED)
def test_a_name_is_found_however_it_is_typed(doors, door, typed, name):
    assert doors[door](typed) == ([name] if name else [])


@pytest.mark.parametrize("door", DOORS)
@each("typed", NUMBERS)
def test_a_number_is_found_however_it_is_typed(doors, door, typed):
    assert doors[door](typed) == [ASHA]


@each("typed", NUMBERS)
def test_who_sees_numbers_masked_finds_a_whole_one_however_it_is_typed(
    leads, staff, browser_of, typed
):
    found = browser_of(staff).get("/leads/", {"q": typed}).context["page"].leads
    assert [lead.name for lead in found] == [ASHA]


def test_one_number_in_many_spellings_counts_once(leads, staff, browser_of, settings):
    settings.REVEALS_PER_DAY = 1
    browser = browser_of(staff)
    for typed in NUMBERS:
        assert browser.get("/leads/", {"q": typed}).status_code == 200


def test_short_words_are_found_as_they_stand(leads, doors):
    Lead.objects.filter(phone_number=NUMBER).update(name="Jo Li")
    assert doors["desk"]("Jo Li") == ["Jo Li"]
    assert doors["desk"]("jo li asha.rao") == ["Jo Li"]


def test_a_view_has_one_name_however_it_is_typed(staff, browser_of):
    browser = browser_of(staff)
    for name in ("Café", "Cafe\u0301", " Café\u202c", "Café\u00a0"):
        browser.post("/leads/views/save/", {"name": name, "query": "status=lost"})
    saved_views.save("Cafe\u0301 ", "status=new", owner=staff)
    assert list(SavedView.objects.values_list("name", "query")) == [("Café", "status=new")]


@each("name", ["\u202c", "\u200b \u00a0"])
def test_a_view_needs_a_name_that_is_seen(staff, browser_of, name):
    browser = browser_of(staff)
    browser.post("/leads/views/save/", {"name": name, "query": "status=lost"})
    assert not SavedView.objects.exists()
