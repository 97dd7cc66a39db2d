"""The desk in Hindi, in a real browser: what its script says, and that longer words have room."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from leads.actions import claim, contact
from leads.models import Lead
from leads.models.lead_event import EventKind
from tests.cast import ALICE, BOB, CAROL
from tests.e2e.checks import check_shown
from tests.e2e.conftest import DESKTOP

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group(__name__)]

PAGES = [
    *("/leads/", "/leads/views/", "/leads/shift/", "/leads/insights/"),
    *("/leads/import/", "/leads/export/", "/leads/0/"),
]


@pytest.fixture
def office(open_browser, live, sales_admin, sign_in) -> Page:
    """A sales admin who reads Hindi, at a desk with three leads."""
    for number in (ALICE, BOB, CAROL):
        Lead.objects.advance(number, EventKind.CODE_REQUESTED, contact_consent=True)
    page = sign_in(open_browser(viewport=DESKTOP), sales_admin)
    page.context.add_cookies([{"name": "django_language", "value": "hi", "url": live.url}])
    page.goto("/leads/")
    return page


def test_pages_of_the_desk(office):
    for path in PAGES:
        office.goto(path)
        check_shown(office, path)


def test_a_lead_with_everything_one_can_do(office, sales_admin):
    lead = Lead.objects.get(phone_number=CAROL)
    claim.claim(lead.pk, actor=sales_admin)
    contact.reveal(lead.pk, actor=sales_admin)
    contact.set_follow_up(lead.pk, timezone.now(), actor=sales_admin)
    office.goto(f"/leads/{lead.pk}/")
    for fold in office.locator("#detail summary").all():
        fold.click()
    check_shown(office, "lead")


def test_the_script_speaks_hindi(office):
    expect(office.locator("#live")).to_have_text("लाइव")
    office.locator("#pause").click()
    expect(office.locator("#live")).to_have_text("रुका हुआ")
    expect(office.locator("#pause")).to_have_text("जारी रखें")
    boxes = office.locator("#list tbody input[name=lead]")
    boxes.nth(0).check()
    expect(office.locator("#checked")).to_have_text("1 लीड चुना गया")
    boxes.nth(1).check()
    expect(office.locator("#checked")).to_have_text("2 लीड चुने गए")
    office.locator("details.more summary").click()
    check_shown(office, "filters and checked rows")


def test_a_lead_that_arrives_is_told_in_hindi(office):
    expect(office.locator("#list tbody tr")).to_have_count(3)
    office.evaluate("scrollTo(0, 0)")
    office.mouse.move(1, 1)
    Lead.objects.advance("+919812300009", EventKind.CODE_REQUESTED)
    expect(office.locator("#list tbody tr")).to_have_count(4)
    expect(office.locator("#news")).to_have_text("1 नया लीड")
