"""A notice waits in its row until it is taken: not for ever, and with nothing left behind."""

import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from accounts.messaging import notices
from accounts.models import PendingNotice, User
from accounts.models.pending_notice import LEASE, NoticeKind
from accounts.privacy import flows as privacy
from loopin.background import periodic, retention
from tests import broken
from tests.cast import ALICE
from tests.commits import run_committed

OLD = "old@example.com"


@pytest.fixture
def broken_mail(settings):
    """The mail server is out of order until `broken_mail()` is called."""
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND, broken.Mail.trouble = broken.MAIL, broken.TROUBLES[0]

    def mend() -> None:
        settings.EMAIL_BACKEND = working

    return mend


def change_address(user: User) -> None:
    with transaction.atomic():
        notices.email_changed(user, OLD, is_proven=True)
    run_committed()


def wait_over() -> timedelta:
    """The next attempt is due; how long that would have taken."""
    notice = PendingNotice.objects.get()
    wait = notice.next_attempt_at - timezone.now()
    PendingNotice.objects.update(next_attempt_at=timezone.now())
    return wait


def test_a_notice_that_is_sent_leaves_nothing(alice, mailoutbox):
    change_address(alice)
    assert [message.to for message in mailoutbox] == [[OLD]]
    assert not PendingNotice.objects.exists()


def test_a_notice_of_a_killed_process_is_sent_when_its_lease_is_over(alice, mailoutbox):
    PendingNotice.objects.add(NoticeKind.EMAIL_CHANGED, [OLD], user=alice, language="en", values={})
    notices.deliver_due()
    assert mailoutbox == []
    assert LEASE - timedelta(seconds=9) < wait_over() <= LEASE
    notices.deliver_due()
    assert [message.to for message in mailoutbox] == [[OLD]]


def test_a_notice_is_tried_ten_times_in_about_a_day_and_given_up(alice, broken_mail, caplog):
    change_address(alice)
    waits = []
    while PendingNotice.objects.exists():
        waits.append(wait_over())
        notices.deliver_due()
    assert len(waits) == len(notices.WAITS_SECONDS) == 9
    assert timedelta(hours=20) < sum(waits, timedelta()) < timedelta(hours=28)
    assert sorted(waits) == waits
    [given_up] = [r for r in caplog.records if "given up" in r.getMessage()]
    assert given_up.levelno == logging.ERROR
    assert OLD not in caplog.text.replace(repr(broken.TROUBLES[0]), "")


def test_a_number_that_is_refused_for_good_is_given_up_at_once(alice, sms):
    sms.behaviour = 21211
    notices.phone_changed(alice, ALICE)
    run_committed()
    assert not PendingNotice.objects.exists()


def test_a_notice_is_in_the_language_of_its_change_when_it_is_sent_later(
    api, alice, token_of, broken_mail
):
    User.objects.filter(pk=alice.pk).update(email=OLD)
    headers = {"Accept-Language": "hi"}
    body = {"email": "new@example.com"}
    api.patch("/api/auth/profile", body, token=token_of(alice), headers=headers)
    broken_mail()
    wait_over()
    notices.deliver_due()
    [message] = mail.outbox
    assert "Loopin अकाउंट" in message.body


def test_a_deleted_account_has_no_notices(alice, broken_mail):
    change_address(alice)
    assert PendingNotice.objects.get().recipient == OLD
    privacy.forget(alice.pk)
    assert not PendingNotice.objects.exists()
    broken_mail()
    notices.deliver_due()
    assert mail.outbox == []


def test_a_notice_whose_account_is_deleted_meanwhile_comes_back_to_no_row(alice, broken_mail):
    change_address(alice)
    wait_over()
    notice = PendingNotice.objects.take()
    privacy.forget(alice.pk)
    notices.deliver(notice)
    assert not PendingNotice.objects.exists()


def test_what_waits_is_in_the_export_of_its_person(api, alice, token_of, broken_mail):
    change_address(alice)
    [held] = api.get("/api/auth/export", token=token_of(alice)).json()["data"]["notices"]
    assert (held["kind"], held["recipient"]) == ("email_changed", OLD)


def test_what_no_worker_sent_is_purged(alice, broken_mail):
    change_address(alice)
    [rule] = [rule for rule in retention.registered if rule.name == "notices"]
    assert list(rule.batches()) == []
    PendingNotice.objects.update(created_at=timezone.now() - timedelta(days=2, minutes=1))
    assert list(rule.batches()) == [1]


def test_the_worker_sends_notices():
    [task] = [task for task in periodic.registered if task.name == "notices"]
    assert task.run == notices.deliver_due
    assert task.every_seconds <= 10


def test_production_without_a_mail_server_stores_no_mail(alice, settings, caplog):
    settings.IS_PRODUCTION, settings.EMAIL_HOST = True, ""
    change_address(alice)
    assert not PendingNotice.objects.exists()
    assert "was left out" in caplog.text
