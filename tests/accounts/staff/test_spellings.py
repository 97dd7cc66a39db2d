"""What staff and their host's shell type has one spelling, too."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.models.recovery_code import normalize
from interests.models import EventInterest
from leads.models import Lead, WebhookEndpoint
from leads.models.lead_event import EventKind
from tests.accounts.staff import door
from tests.cast import ALICE
from tests.each import each
from tests.spellings import EMAILS, NO_EMAILS

TEXT, KEPT = "\u202aCafe\u0301\u00a0 one\u202c", "Café one"


@pytest.fixture
def shell(monkeypatch, db):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse")
    return lambda command, *args, **options: call_command(
        command, *args, stdout=StringIO(), **options
    )


@each("typed, kept", list(EMAILS.items()))
def test_a_superuser_s_address_has_one_spelling(shell, typed, kept):
    shell("createsuperuser", username="olga", email=typed, interactive=False)
    assert User.objects.get(username="olga").email == kept
    shell("invite_staff", "\u202aolga\u202c ")


@pytest.mark.parametrize("typed", NO_EMAILS)
def test_a_superuser_s_address_gets_mail(shell, typed):
    with pytest.raises(CommandError, match="Enter an e-mail address"):
        shell("createsuperuser", username="olga", email=typed, interactive=False)
    assert not User.objects.exists()


@each("typed, kept", list(EMAILS.items()))
def test_the_admin_reads_people_as_all_doors_do(manager, staff, browser_of, typed, kept):
    form = {"username": staff.username, "email": typed, "is_active": "on", "is_staff": "on"}
    form |= {"first_name": TEXT, "last_name": TEXT}
    browser_of(manager).post(reverse("admin:accounts_user_change", args=[staff.pk]), form)
    staff.refresh_from_db()
    assert (staff.email, staff.first_name, staff.last_name) == (kept, KEPT, KEPT)


def test_staff_sign_in_with_a_name_that_was_pasted(staff):
    browser = Client()
    form = {"username": f"\u200e {staff.username}\u202c", "password": "correct horse"}
    assert browser.post(door.LOGIN, form).status_code == 302


def test_recovery_codes_are_read_as_they_are_written():
    assert normalize("ABCD\u2009efgh-jkmn-२३४५") == "abcdefghjkmn2345"


def test_lines_of_the_admin_have_one_spelling(manager, browser_of):
    browser = browser_of(manager)
    interest = {"name": TEXT, "slug": "cafe", "description": TEXT, "is_active": "on"}
    browser.post(reverse("admin:interests_eventinterest_add"), interest)
    endpoint = {"url": "https://example.com/hook", "description": TEXT, "event_types": "lead.new"}
    types = [WebhookEndpoint._meta.get_field("event_types").base_field.choices[0][0]]
    browser.post(reverse("admin:leads_webhookendpoint_add"), endpoint | {"event_types": types})
    assert EventInterest.objects.get(slug="cafe").name == KEPT
    assert WebhookEndpoint.objects.get().description == KEPT


@each("typed, kept", [(TEXT, KEPT), ("\u202c\u200b", None)])
def test_an_api_token_has_a_name_that_is_seen(staff, browser_of, typed, kept):
    form = {"name": typed, "scopes": ["leads:read"], "days": "9"}
    browser_of(staff).post(reverse("api_tokens"), form)
    assert list(ApiToken.objects.values_list("name", flat=True)) == ([kept] if kept else [])


def test_what_staff_write_about_a_lead_has_one_spelling(sales_manager, browser_of):
    Lead.objects.advance(ALICE, EventKind.CODE_REQUESTED)
    Lead.objects.update(consent_at=timezone.now(), consent_version="2026-11")
    lead = Lead.objects.get()
    browser, page = browser_of(sales_manager), f"/leads/{lead.pk}/"
    browser.post(f"{page}claim/")
    for action, form in {
        "note": {"text": TEXT},
        "status": {"status": "contacted", "note": TEXT},
        "call": {"outcome": "no_answer", "note": TEXT},
        "verify": {"reason": TEXT},
    }.items():
        browser.post(f"{page}{action}/", form)
    assert set(lead.notes.values_list("text", flat=True)) == {KEPT}
    assert lead.notes.count() == 4
