"""Several workers share the notices, and each is sent once."""

import pytest
from django.core import mail
from django.db.models.functions import Now

from accounts.messaging import notices
from accounts.models import PendingNotice, User
from accounts.models.pending_notice import NoticeKind

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]


def test_of_many_workers_one_sends_a_notice(together):
    user = User.objects.create_user("sam", email="sam@example.com")
    recipients = [f"stranger{number}@example.com" for number in range(20)]
    PendingNotice.objects.add(
        NoticeKind.EMAIL_CHANGED, recipients, user=user, language="en", values={}
    )
    PendingNotice.objects.update(next_attempt_at=Now())
    assert together(8, lambda _number: notices.deliver_due()) == [None] * 8
    assert sorted(message.to[0] for message in mail.outbox) == sorted(recipients)
    assert not PendingNotice.objects.exists()
