"""Every door to a status, tried with one table: the moves of `leads/models/lead_status.py`."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from leads.actions import claim, contact
from leads.models import Lead
from leads.models.lead_choices import Status
from leads.models.lead_status import Actor, may_follow
from tests.cast import CAROL
from tests.each import each, taken_back
from tests.leads.statuses import put_into
from tests.leads.transfer import steps

OTHERS = [(before, after) for before in Status for after in Status if before != after]
HTMX = {"HX-Request": "true"}


def by_form(browser, lead, status):
    browser.post(f"/leads/{lead.pk}/status/", {"status": status})


def by_fragment(browser, lead, status):
    browser.post(f"/leads/{lead.pk}/status/", {"status": status}, headers=HTMX)


def by_bulk(browser, lead, status):
    browser.post("/leads/bulk/", {"do": "status", "status": status, "lead": [lead.pk]})


def by_api(browser, lead, status):
    browser.post(f"/api/leads/{lead.pk}/status", {"status": status}, "application/json")


SETTERS = [by_form, by_fragment, by_bulk, by_api]


@pytest.fixture
def holder(request, staff, sales_manager, lead):
    who = {Actor.AGENT: staff, Actor.MANAGER: sales_manager}[request.param]
    claim.claim(lead.pk, actor=who)
    contact.reveal(lead.pk, actor=who)
    return who, request.param


@pytest.mark.parametrize("holder", [Actor.AGENT, Actor.MANAGER], indirect=True)
@pytest.mark.parametrize("door", SETTERS)
def test_a_door_moves_a_lead_as_the_table_says(holder, door, lead, browser_of, subtests):
    who, role = holder
    browser = browser_of(who)
    for before, after in OTHERS:
        with subtests.test(before=before, after=after), taken_back():
            put_into(before)
            door(browser, lead, after.value)
            is_legal = may_follow(before, after, role)
            assert Lead.objects.get().status == (after if is_legal else before)


def soon():
    return (timezone.now() + timedelta(hours=2)).isoformat()


def follow_up_form(browser, lead):
    return browser.post(f"/leads/{lead.pk}/follow-up/", {"quick": "hour"}, headers=HTMX)


def follow_up_api(browser, lead):
    return browser.post(f"/api/leads/{lead.pk}/follow-up", {"at": soon()}, "application/json")


def call_form(browser, lead):
    later = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    data = {"outcome": "call_back", "call_back_at": later}
    return browser.post(f"/leads/{lead.pk}/call/", data, headers=HTMX)


def call_api(browser, lead):
    data = {"outcome": "call_back", "call_back_at": soon()}
    return browser.post(f"/api/leads/{lead.pk}/call", data, "application/json")


def link(browser, lead):
    return browser.post(f"/leads/{lead.pk}/resume-link/", {"channel": "copied"}, headers=HTMX)


def reveal(browser, lead):
    return browser.post(f"/leads/{lead.pk}/reveal/", headers=HTMX)


def look(browser, lead):
    return browser.get(f"/leads/{lead.pk}/")


def look_at_list(browser, lead):
    return browser.get("/leads/")


def look_by_api(browser, lead):
    return browser.get(f"/api/leads/{lead.pk}")


def admin(browser, lead):
    form = {"status": "follow_up", "events-TOTAL_FORMS": 0, "events-INITIAL_FORMS": 0}
    return browser.post(f"/django/admin/leads/lead/{lead.pk}/change/", form)


CALLERS = [follow_up_form, follow_up_api, call_form, call_api, link, reveal, admin]
LOOKS = [look, look_at_list, look_by_api]


def wish(how):
    """The lead of somebody who said no to staff, or took the consent back."""
    if how == "told to staff":
        put_into("do_not_contact")
    else:
        Lead.objects.update(consent_at=None, refused_at=timezone.now(), consent_proof="proven")


@pytest.mark.parametrize("how", ["told to staff", "took it back"])
@pytest.mark.parametrize("holder", [Actor.AGENT, Actor.MANAGER], indirect=True)
def test_no_door_undoes_a_no_or_shows_the_number(holder, how, lead, browser_of, subtests):
    browser = browser_of(holder[0])
    wish(how)
    before = Lead.objects.values("status", "refused_at", "follow_up_at", "consent_at").get()
    for door in CALLERS + LOOKS:
        with subtests.test(door=door.__name__), taken_back():
            page = door(browser, lead).content.decode()
            assert Lead.objects.values(*before).get() == before
            assert CAROL.removeprefix("+91") not in page.replace(" ", "")
            assert "tel:" not in page
            assert "wa.me" not in page


def test_a_list_undoes_no_no(lead, sales_manager, browser_of):
    browser = browser_of(sales_manager)
    for how in ("told to staff", "took it back"):
        with taken_back():
            wish(how)
            before = Lead.objects.values("status", "refused_at", "consent_at").get()
            tomorrow = localdate() + timedelta(days=1)
            content = f"phone,consent,follow-up\n{CAROL},yes,{tomorrow}\n".encode()
            batch = steps.check(browser, content)
            assert batch.unwanted == 1
            steps.act(browser, batch, "confirm")
            assert Lead.objects.values(*before).get() == before
            assert Lead.objects.get().follow_up_at is None


@each("needs_proof, proof, is_set", [(False, "import", True), (True, "import", False)])
def test_a_follow_up_needs_the_consent_that_a_call_needs(
    lead, staff, browser_of, settings, needs_proof, proof, is_set
):
    claim.claim(lead.pk, actor=staff)
    settings.LEAD_CONSENT_PROOF = "proven" if needs_proof else "claimed"
    Lead.objects.update(consent_proof=proof)
    for door in (follow_up_form, follow_up_api, call_form, call_api):
        with taken_back():
            door(browser_of(staff), lead)
            assert (Lead.objects.get().follow_up_at is not None) is is_set


def test_without_consent_a_follow_up_is_refused_with_the_reason(lead, staff, browser_of):
    claim.claim(lead.pk, actor=staff)
    Lead.objects.update(consent_at=None)
    answer = follow_up_api(browser_of(staff), lead)
    assert (answer.status_code, answer.json()["code"]) == (409, "no_consent")
    put_into("do_not_contact")
    answer = follow_up_api(browser_of(staff), lead)
    assert (answer.status_code, answer.json()["code"]) == (409, "do_not_contact")


def test_a_manager_hands_over_a_lead_that_may_not_be_called_and_its_page_says_so(
    lead, staff, sales_manager, browser_of
):
    wish("took it back")
    data = {"do": "assign", "agent": staff.pk, "lead": [lead.pk]}
    browser_of(sales_manager).post("/leads/bulk/", data)
    assert Lead.objects.get().owner == staff
    assert "No contact" in look(browser_of(staff), lead).content.decode()
