"""Whatever becomes of a notice, the answer tells what was saved, and the worker sends it later."""

import logging
from contextlib import suppress
from types import SimpleNamespace

import pytest
from django.db.models.functions import Now

from accounts.messaging import notices
from accounts.models import PendingNotice
from tests import broken
from tests.accounts.messaging.changes import CHANGES
from tests.cast import ALICE, DAVE

SMS_TROUBLES = [20500, "garbage", 20003, 20429, "garbage"]


@pytest.fixture
def world(request):
    """`world.alice`: any fixture by its name, made when it is first asked for."""

    class World(SimpleNamespace):
        def __getattr__(self, name: str):
            return request.getfixturevalue(name)

    return World()


@pytest.fixture
def break_all(settings, sms):
    """`break_all(trouble, sms_trouble)`: nothing can be sent, until `break_all.mend()`."""
    working = settings.EMAIL_BACKEND

    def begin(trouble: Exception, sms_trouble: object) -> None:
        broken.Mail.trouble = trouble
        settings.EMAIL_BACKEND, sms.behaviour = broken.MAIL, sms_trouble

    def mend() -> None:
        settings.EMAIL_BACKEND, sms.behaviour = working, None

    begin.mend = mend
    return begin


def kinds_left() -> list[str]:
    return sorted(PendingNotice.objects.values_list("kind", flat=True))


def deliver_later() -> None:
    PendingNotice.objects.update(next_attempt_at=Now())
    notices.deliver_due()


@pytest.mark.parametrize(
    ("trouble", "sms_trouble"),
    list(zip(broken.TROUBLES, SMS_TROUBLES, strict=True)),
    ids=[type(trouble).__name__ for trouble in broken.TROUBLES],
)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_notice_that_cannot_be_sent_leaves_the_answer_as_it_is(
    db, world, break_all, caplog, mailoutbox, sms, change, trouble, sms_trouble
):
    steps = change(world)
    next(steps)
    break_all(trouble, sms_trouble)
    caplog.set_level(logging.INFO)
    with suppress(StopIteration):
        next(steps)
    assert kinds_left() == CHANGES[change]
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name != "django.db.backends")
    assert "sent later" in ours
    assert not [word for word in ("@example.com", ALICE, DAVE) if word in ours]
    mailoutbox.clear()
    sms.messages.clear()
    break_all.mend()
    deliver_later()
    assert len(mailoutbox) + len(sms.messages) == len(CHANGES[change])
    assert kinds_left() == []
