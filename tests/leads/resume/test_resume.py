"""The link with which a person goes on: sent or copied by staff, used once, by whoever has it."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.codes.errors import SmsBudgetExhausted
from accounts.models import PhoneOTP, User
from leads import errors
from leads.actions import claim, forget
from leads.models import Lead, ResumeLink
from leads.resume import flows as resume
from loopin.sql import deletion_allowed
from tests import broken
from tests.cast import CAROL
from tests.each import each
from tests.leads.lead_page.test_page import text
from tests.leads.statuses import put_into

MASKED = "+91 ••••• ••678"


@pytest.fixture
def claimed(lead, staff, travel):
    travel(3600)  # Carol's own code is long gone
    PhoneOTP.objects.all().delete()
    return claim.claim(lead.pk, actor=staff)


@pytest.fixture
def link(claimed, staff):
    """Where a fresh link leads."""
    address = resume.create(claimed.pk, actor=staff, by_sms=False)
    return address.removeprefix("https://loopin.example")


@pytest.fixture
def visitor(db):
    return Client()


def last(lead):
    return lead.events.latest("pk")


def is_over(response):
    return response.status_code == 410 and "This link has done its work" in text(response)


def test_a_copied_link_is_shown_to_the_agent_once(desk, claimed, do):
    for send in (
        lambda: do(desk, claimed, "resume-link", {"channel": "copied"}),
        lambda: desk.post(f"/leads/{claimed.pk}/resume-link/", {"channel": "copied"}),
    ):
        page = send().content.decode()
        assert re.search(r'value="https://loopin\.example/resume/[\w.-]+/"', page)
        assert (last(claimed).kind, last(claimed).data) == ("link_sent", {"channel": "copied"})
    assert "/resume/" not in desk.get(f"/leads/{claimed.pk}/").content.decode()


def test_a_sent_link_goes_to_the_person_alone(desk, claimed, do, sms):
    page = do(desk, claimed, "resume-link", {"channel": "sms"}).content.decode()
    message = sms.messages[-1]
    assert message["To"] == CAROL
    found = re.search(r"https://loopin\.example(/resume/\S+/)", message["Body"])
    assert found
    assert found[1] not in page
    assert Client().get(found[1]).status_code == 200
    assert len(message["Body"]) <= 160 + 80
    assert (last(claimed).kind, last(claimed).data) == ("link_sent", {"channel": "sms"})


def test_the_address_holds_no_number_and_no_code(link):
    assert CAROL[1:] not in link
    assert CAROL[3:] not in link


def test_the_person_goes_on_at_the_code_step(visitor, link, sms, claimed):
    page = visitor.get(link)
    assert f"Continue as {MASKED}" in text(page)
    assert CAROL[3:] not in page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0") or "no-store" in page["Cache-Control"]
    response = visitor.post(link)
    assert response["Location"] == "/verify/"
    assert [event.kind for event in claimed.events.order_by("pk")][-2:] == [
        "resumed",
        "code_requested",
    ]
    response = visitor.post("/verify/", {"otp_code": sms.last_code(CAROL)})
    assert response["Location"] == "/profile/"
    assert User.objects.get(phone_number=CAROL).is_verified


def test_opening_a_link_neither_sends_a_code_nor_uses_it(visitor, link, sms):
    sent = len(sms.messages)
    for method in ("GET", "HEAD"):
        assert visitor.generic(method, link).status_code == 200
    assert len(sms.messages) == sent
    assert ResumeLink.objects.get().used_at is None


def test_a_link_works_once(link, sms):
    assert Client().post(link).status_code == 302
    other = Client()
    assert is_over(other.post(link))
    assert is_over(other.get(link))
    assert "phone_number" not in other.session


@each(
    "forge",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: uuid.uuid4().hex + token[32:],
        lambda token: token[:32],
        lambda token: "nonsense",
        lambda token: "a.b.c",
        lambda token: "x" * 200,
        lambda token: "%00",
    ],
)
def test_a_forged_link_opens_nothing(visitor, link, forge):
    address = f"/resume/{forge(link.split('/')[2])}/"
    assert is_over(visitor.get(address))
    assert is_over(visitor.post(address))
    assert ResumeLink.objects.get().used_at is None


def test_a_link_ends_after_two_days(visitor, link):
    until = ResumeLink.objects.get().expires_at
    assert timedelta(hours=47, minutes=59) < until - timezone.now() <= timedelta(hours=48)
    ResumeLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert is_over(visitor.get(link))
    assert is_over(visitor.post(link))


def test_the_link_of_a_deleted_person_cannot_be_used(visitor, link, claimed, sales_manager):
    forget.forget(claimed.pk, actor=sales_manager)
    assert is_over(visitor.get(link))
    assert is_over(visitor.post(link))


def test_the_link_of_a_customer_cannot_be_used(visitor, link, claimed):
    put_into("converted")
    assert is_over(visitor.get(link))
    assert is_over(visitor.post(link))


def test_the_page_of_an_unusable_link_offers_to_sign_in(visitor, db):
    page = visitor.get("/resume/x/").content.decode()
    assert 'href="/signup/"' in page
    assert 'href="/login/"' in page


def test_a_code_sent_moments_ago_is_typed_and_not_sent_again(visitor, link, api, sms):
    api.post("/api/auth/signup", {"phone_number": CAROL})
    sent = len(sms.messages)
    response = visitor.post(link, follow=True)
    assert response.redirect_chain[-1][0] == "/verify/"
    assert "We just sent you a code" in text(response)
    assert len(sms.messages) == sent


def test_when_no_code_can_be_sent_the_person_types_the_number(visitor, link, sms):
    """It is not filled in: whoever has the link need not be the person."""
    sms.behaviour = 20500
    response = visitor.post(link, follow=True)
    assert response.redirect_chain[-1][0] == "/signup/"
    assert "98123" not in response.content.decode()


def test_somebody_signed_in_does_not_use_it_up(desk, link, alice, browser_of):
    for browser in (desk, browser_of(alice)):
        browser.post(link)
        browser.get(link)
    assert ResumeLink.objects.get().used_at is None


def test_one_message_in_ten_minutes_and_five_a_day(claimed, staff, sms, travel):
    sent = len(sms.messages)
    for _ in range(5):
        resume.create(claimed.pk, actor=staff, by_sms=True)
        with pytest.raises(errors.LinksUsedUp) as refused:
            resume.create(claimed.pk, actor=staff, by_sms=True)
        assert 0 < refused.value.retry_after <= 600 or ResumeLink.objects.count() == 5
        travel(601)
    with pytest.raises(errors.LinksUsedUp) as refused:
        resume.create(claimed.pk, actor=staff, by_sms=True)
    assert refused.value.retry_after > 3600
    assert len(sms.messages) == sent + 5
    assert resume.create(claimed.pk, actor=staff, by_sms=False)


def test_a_message_that_cannot_be_sent_leaves_nothing_behind(desk, claimed, do, sms):
    sms.behaviour = 20500
    before = claimed.events.count()
    response = do(desk, claimed, "resume-link", {"channel": "sms"})
    assert response.status_code == 503
    assert claimed.events.count() == before
    assert ResumeLink.objects.count() == 0
    sms.reset()
    assert do(desk, claimed, "resume-link", {"channel": "sms"}).status_code == 200


def test_only_the_owner_makes_links_and_only_with_consent(claimed, colleague, staff):
    with pytest.raises(errors.LeadNotFound):
        resume.create(claimed.pk, actor=colleague, by_sms=False)
    Lead.objects.update(consent_at=None)
    with pytest.raises(errors.NoConsent):
        resume.create(claimed.pk, actor=staff, by_sms=False)


def test_the_log_knows_no_token(visitor, link, caplog):
    with caplog.at_level("INFO"):
        visitor.get(link)
        visitor.post(link)
    signature = link.split("/")[2].partition(".")[2]
    assert "/resume/" in caplog.text
    assert signature not in caplog.text


def test_links_go_a_month_after_their_end(link, claimed):
    ResumeLink.objects.update(expires_at=timezone.now() - timedelta(days=29))
    call_command("purge")
    assert ResumeLink.objects.count() == 1
    ResumeLink.objects.update(expires_at=timezone.now() - timedelta(days=31))
    call_command("purge")
    assert ResumeLink.objects.count() == 0


def test_a_link_does_not_keep_an_old_lead(link, claimed):
    old = timezone.now() - timedelta(days=400)
    Lead.objects.update(last_activity_at=old)
    assert Lead.objects.get().resume_links.count() == 1
    with deletion_allowed():
        Lead.objects.all().erase()
    assert ResumeLink.objects.count() == 0


def test_links_count_against_the_day_s_messages(claimed, staff, sms, travel, settings):
    settings.SMS_DAILY_BUDGET = 1
    resume.create(claimed.pk, actor=staff, by_sms=True)
    travel(601)
    with pytest.raises(SmsBudgetExhausted):
        resume.create(claimed.pk, actor=staff, by_sms=True)
    assert resume.create(claimed.pk, actor=staff, by_sms=False)


def test_a_link_that_is_sent_is_told_though_it_cannot_be_recorded(claimed, staff, sms):
    broken.refuse_rows("leads_leadevent", "NEW.kind = 'link_sent'")
    assert resume.create(claimed.pk, actor=staff, by_sms=True) == ""
    assert sms.sent_to(CAROL)[-1]["Body"].startswith("Your sign-up at Loopin is waiting.")
    assert ResumeLink.objects.usable().count() == 1
