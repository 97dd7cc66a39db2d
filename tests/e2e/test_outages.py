"""Staff see by themselves that messages do not leave, and that they leave again."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import MessageOutage
from accounts.models.message_outage import OutageChannel, OutageKind
from tests.e2e.checks import check_large_text, check_shown
from tests.e2e.conftest import DESKTOP

HALF_A_DESKTOP = {"width": 640, "height": 400}

pytestmark = [pytest.mark.xdist_group(__name__)]

DETAIL = "status 401, Twilio code 20003. The credentials are wrong, or the account is suspended."


def begin() -> None:
    MessageOutage.objects.note_failure(
        OutageChannel.SMS, OutageKind.ACCOUNT, DETAIL, is_certain=True
    )


def test_an_open_desk_tells_of_an_outage_and_of_its_end(open_browser, sign_in, claimed_lead, staff):
    desk = sign_in(open_browser(viewport=DESKTOP), staff)
    desk.goto("/leads/")
    expect(desk.locator("#live")).to_have_text("Live")
    assert desk.locator(".outage").count() == 0
    begin()
    told = desk.locator(".outage")
    expect(told).to_contain_text("SMS: nothing goes out since")
    expect(told).to_contain_text("The provider refuses the site's account.")
    expect(told).not_to_contain_text("Twilio")
    check_shown(desk, "a desk without messages")
    MessageOutage.objects.update(ended_at=timezone.now())
    expect(told).to_have_count(0)


def test_a_phone_and_the_admin_show_it_too(open_browser, sign_in, claimed_lead, manager):
    begin()
    page = sign_in(open_browser(), manager)
    page.goto("/leads/")
    expect(page.locator(".outage")).to_contain_text("Twilio code 20003")
    check_shown(page, "a desk without messages, on a phone")
    check_large_text(page, "a desk without messages", HALF_A_DESKTOP)
    page.goto("/django/admin/")
    expect(page.locator(".messagelist")).to_contain_text("SMS: nothing goes out since")
