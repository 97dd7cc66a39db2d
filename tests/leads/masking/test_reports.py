"""Whoever harvests numbers is reported, and managers are told."""

from io import BytesIO

import pytest

from accounts.models import PendingNotice, SecurityEvent, User
from accounts.models.security_event import Kind
from leads.actions import contact
from leads.models import ImportRow
from leads.transfer.errors import PreviewsUsedUp
from leads.transfer.importing import flows
from leads.transfer.reading.columns import Field
from tests import broken
from tests.cast import ALICE
from tests.each import each
from tests.leads.masking.conftest import NATIONAL, read_digits


def test_walking_along_the_digits_is_reported_once_and_managers_are_told(
    alice_lead, ask, staff, sales_manager, browser_of, mailoutbox
):
    User.objects.filter(pk=sales_manager.pk).update(email="hari@example.com")
    read_digits(ask("desk"))
    [event] = SecurityEvent.objects.filter(kind=Kind.NUMBERS_HARVESTED)
    assert event.user_id == staff.pk
    assert NATIONAL[-4:] not in str(event.data)
    [message] = mailoutbox
    assert message.to == ["hari@example.com"]
    assert "sam" in message.body
    assert "sam searched for one number after another" in page_of(browser_of(sales_manager))
    assert "searched for one number" not in page_of(browser_of(staff))


@each("trouble", broken.TROUBLES)
def test_a_search_finds_though_nobody_can_be_told_of_it(
    alice_lead, ask, sales_manager, settings, trouble
):
    User.objects.filter(pk=sales_manager.pk).update(email="hari@example.com")
    settings.EMAIL_BACKEND, broken.Mail.trouble = broken.MAIL, trouble
    known, _asked = read_digits(ask("desk"))
    assert known == NATIONAL[-4:]
    [waiting] = PendingNotice.objects.all()
    assert (waiting.kind, waiting.recipient) == ("numbers_harvested", "hari@example.com")


def page_of(browser):
    return browser.get("/leads/").content.decode()


def test_many_different_numbers_are_reported(db, ask, staff):
    search = ask("api")
    for number in range(30):
        search(f"+91 98765 {number * 3141 % 100000:05d}")
    assert not SecurityEvent.objects.filter(kind=Kind.NUMBERS_HARVESTED).exists()
    search("+91 98765 99999")
    assert SecurityEvent.objects.filter(kind=Kind.NUMBERS_HARVESTED).count() == 1


def test_using_up_the_day_is_reported(db, ask, staff, settings):
    settings.REVEALS_PER_DAY = 2
    browser_asks = ask("desk")
    for typed in ("1357", "2468", "9753", "8642"):
        browser_asks(typed)
    [event] = SecurityEvent.objects.filter(kind=Kind.NUMBERS_HARVESTED)
    assert (event.user_id, event.data) == (staff.pk, {"how": "used up the searches of a day"})


def test_typing_a_number_with_pauses_is_not_reported(alice_lead, ask, staff):
    """The desk searches while somebody types; a digit is mistyped and mended."""
    for typed in ("620", "62058", "620582", "62058293", "620582938", "62058293", "6205829376"):
        ask("htmx")(typed)
    assert not SecurityEvent.objects.filter(kind=Kind.NUMBERS_HARVESTED).exists()
    assert contact.reveals_today(staff.pk) == 1


def test_only_so_many_files_a_day_say_how_many_numbers_are_known(sales_manager):
    choices = {"region": "IN", "is_remembered": False, "actor": sales_manager}
    for _ in range(20):
        batch = uploaded(sales_manager)
        flows.choose_columns(batch.pk, [Field.PHONE], **choices)
        flows.cancel(batch.pk, actor=sales_manager)
    batch = uploaded(sales_manager)
    with pytest.raises(PreviewsUsedUp):
        flows.choose_columns(batch.pk, [Field.PHONE], **choices)
    assert not ImportRow.objects.exists()
    assert SecurityEvent.objects.filter(kind=Kind.NUMBERS_HARVESTED).count() == 1


def uploaded(actor):
    content = BytesIO(f"phone\n{ALICE}\n".encode())
    return flows.upload(content, file_name="x.csv", actor=actor)
