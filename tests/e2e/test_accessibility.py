"""What axe finds on each page (WCAG 2.2 A and AA and its best practices): nothing, in light and
dark, on a phone and on a desk. And no page is wider than the narrowest screen."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.hashers import make_password
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
from tests.cast import ALICE, BOB, CAROL, PROFILE
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.customers import sign_in

pytestmark = [pytest.mark.xdist_group(__name__)]

LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")]
NARROW = {"width": 320, "height": 640}

VISITOR = [
    *("/", "/signup/", "/login/", "/login/email/", "/password/"),
    *("/nowhere/", "/django/admin/login/"),
]
CUSTOMER = [
    *("/profile/", "/profile/devices/", "/profile/phone/", "/profile/delete/"),
    *(f"/profile/edit/{section.name}/" for section in SECTIONS),  # pictures lead to their page
]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]['width']} {look[1]}")
def look(request):
    viewport, scheme = request.param
    return {"viewport": viewport, "color_scheme": scheme}


def check(page: Page, path: str) -> None:
    page.goto(path)
    check_shown(page, path)


def check_shown(page: Page, path: str) -> None:
    problems = [
        f"{path}: {rule['id']}: {rule['help']}: {node['html'][:200]}"
        for rule in Axe().run(page).response["violations"]
        for node in rule["nodes"]
    ]
    assert problems == []
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path


def check_all(page: Page, paths: list[str]) -> None:
    viewport = page.viewport_size
    for path in paths:
        page.set_viewport_size(viewport)
        check(page, path)


def test_pages_of_visitors(open_browser, look):
    check_all(open_browser(**look), VISITOR)


def test_the_code_step(open_browser, look):
    page = open_browser(**look)
    page.goto("/signup/")
    page.get_by_label("Mobile number").fill(BOB)
    page.get_by_role("button", name="Text me a code").click()
    page.wait_for_url("**/verify/")
    check(page, "/verify/")


def test_pages_of_customers(open_browser, live, look):
    account = User.objects.with_proven_phone(ALICE)
    page = open_browser(**look)
    sign_in(page, live, ALICE)
    check_steps(page, account.pk)
    profile.complete(account.pk, PROFILE)
    check_all(page, CUSTOMER)
    page.goto("/profile/")
    page.get_by_role("link", name="Edit About you").click()
    page.get_by_label("Full name").fill("x")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("#section-about .summary")).to_be_visible()
    check_shown(page, "/profile/ in place")


def check_steps(page: Page, user_id: int) -> None:
    viewport = page.viewport_size
    for section in SECTIONS:
        if section.page:
            check_all(page, [f"/profile/{section.page}/"])
            continue
        check_all(page, [f"/profile/complete/{section.name}/"])
        page.set_viewport_size(viewport)
        if section.name != "more":
            page.goto(f"/profile/complete/{section.name}/")
            page.get_by_role("button", name="Continue").click()
            expect(page.locator(".summary")).to_be_visible()
            check_shown(page, f"{section.name} with errors")
        drafts.save(user_id, section, {name: PROFILE.get(name, "") for name in section.fields})


@pytest.fixture
def office(open_browser, live, sales_admin, look) -> Page:
    """A sales admin, signed in."""
    sales_admin.password = make_password("correct horse", hasher="pbkdf2_sha256")
    sales_admin.save()
    page = open_browser(**look)
    page.goto("/leads/")
    page.get_by_label("Username").fill("anil")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{live.url}/leads/")
    return page


def test_pages_of_staff(office):
    check_all(
        office,
        [
            *("/leads/", "/leads/views/", "/leads/shift/", "/leads/insights/"),
            *("/leads/import/", "/leads/export/", "/django/admin/tokens/"),
        ],
    )


def test_a_lead_with_everything_one_can_do(office, sales_admin):
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED, contact_consent=True)
    lead = Lead.objects.get()
    address = f"/leads/{lead.pk}/"
    check_all(office, [address, "/leads/0/"])
    claim.claim(lead.pk, actor=sales_admin)
    contact.reveal(lead.pk, actor=sales_admin)
    contact.set_follow_up(lead.pk, timezone.now(), actor=sales_admin)
    contact.write_note(lead.pk, "Rang twice", actor=sales_admin)
    office.goto(address)
    for fold in office.locator("#detail summary").all():
        fold.click()
    office.get_by_role("button", name="Log the call").click()
    expect(office.get_by_role("alert").get_by_text("required")).to_be_visible()
    check_shown(office, address)


def test_the_link_to_go_on(open_browser, live, staff, look):
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED, contact_consent=True)
    lead = claim.claim(Lead.objects.get().pk, actor=staff)
    address = urlsplit(resume.create(lead.pk, actor=staff, by_sms=False)).path
    check_all(open_browser(**look), [address, "/resume/over/"])
