"""Every page is for every eye and hand: axe finds nothing, targets are hit, and text may grow."""

from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.profile import drafts
from accounts.profile import flows as profile
from accounts.profile.sections import SECTIONS
from leads.actions import claim, contact
from leads.models import Lead
from leads.models.lead_event import EventKind
from leads.resume import flows as resume
from tests.accounts.staff.door import ENROL
from tests.cast import ALICE, BOB, CAROL, PROFILE
from tests.e2e.checks import check_large_text, check_pages, check_shown

pytestmark = [pytest.mark.xdist_group(__name__)]

HALF_A_DESKTOP = {"width": 640, "height": 400}


def test_pages_of_visitors(page):
    check_pages(page, ["/", "/signup/", "/login/", "/login/email/", "/password/"])
    check_pages(page, ["/nowhere/", "/django/admin/login/"])


def test_the_code_step(page):
    page.goto("/signup/")
    page.get_by_label("Mobile number").fill(BOB)
    page.get_by_role("button", name="Text me a code").click()
    page.wait_for_url("**/verify/")
    check_pages(page, ["/verify/"])


@pytest.fixture
def customer(page, sign_in) -> User:
    """Alice, who has proved her number and has no profile, signed in."""
    account = User.objects.get(pk=User.objects.get_or_create_verified(ALICE).pk)
    sign_in(page, account)
    return account


def test_the_steps_of_a_profile(page, customer):
    for section in SECTIONS:
        path = f"/profile/{section.page}/" if section.page else f"/profile/complete/{section.name}/"
        page.goto(path)
        check_shown(page, path)
        if section.page:
            continue
        if section.name != "more":
            page.get_by_role("button", name="Continue").click()
            expect(page.locator(".summary")).to_be_visible()
            check_shown(page, f"{section.name} with errors")
            check_large_text(page, f"{section.name} with errors")
        drafts.save(customer.pk, section, {name: PROFILE.get(name, "") for name in section.fields})


def test_pages_of_customers(page, customer):
    profile.complete(customer.pk, PROFILE)
    sections = [f"/profile/edit/{section.name}/" for section in SECTIONS]  # pictures lead to theirs
    paths = ["/profile/", "/profile/devices/", "/profile/phone/", "/profile/delete/"]
    check_pages(page, paths + sections)
    page.goto("/profile/")
    page.get_by_role("link", name="Edit About you").click()
    page.get_by_label("Full name").fill("x")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("#section-about .summary")).to_be_visible()
    check_shown(page, "/profile/ in place")


@pytest.fixture
def office(page, sales_admin, sign_in) -> Page:
    """A sales admin, signed in."""
    return sign_in(page, sales_admin)


def test_pages_of_staff(office):
    paths = ["/leads/", "/leads/views/", "/leads/shift/", "/leads/insights/", "/leads/import/"]
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED, contact_consent=True)
    check_pages(office, paths, HALF_A_DESKTOP)
    for path in ("/leads/export/", "/django/admin/tokens/", ENROL, "/django/admin/invitation/x/"):
        office.goto(path)
        check_shown(office, path)


def test_a_list_without_leads(office):
    office.goto("/leads/")
    check_shown(office, "/leads/ without leads")


def test_a_lead_with_everything_one_can_do(office, sales_admin):
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED, contact_consent=True)
    lead = Lead.objects.get()
    address = f"/leads/{lead.pk}/"
    check_pages(office, [address], HALF_A_DESKTOP)
    office.goto("/leads/0/")
    check_shown(office, "/leads/0/")
    claim.claim(lead.pk, actor=sales_admin)
    contact.reveal(lead.pk, actor=sales_admin)
    contact.set_follow_up(lead.pk, timezone.now(), actor=sales_admin)
    contact.write_note(lead.pk, "Rang twice", actor=sales_admin)
    office.goto(address)
    for fold in office.locator("#detail summary").all():
        fold.click()
    office.get_by_role("button", name="Log the call").click()
    expect(office.get_by_role("alert").get_by_text("Choose one.")).to_be_visible()
    check_shown(office, address)


def test_the_link_to_go_on(page, live, staff):
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED, contact_consent=True)
    lead = claim.claim(Lead.objects.get().pk, actor=staff)
    address = urlsplit(resume.create(lead.pk, actor=staff, by_sms=False)).path
    check_pages(page, [address, "/resume/over/"])
