"""Two scheduled runs that meet."""

import pytest
from django.db.models import QuerySet

from accounts.codes import challenge
from accounts.models import PhoneOTP
from accounts.models.phone_otp import Purpose
from loopin.background.retention import RetentionRule

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]


def test_two_runs_at_once_share_the_work(travel, together):
    for number in range(60):
        challenge.issue(f"+9198000000{number:02d}", Purpose.SIGN_IN, "4321")
    travel(2 * 24 * 60 * 60)
    codes = RetentionRule("codes", PhoneOTP.objects.long_over, QuerySet.delete)
    removed = together(2, lambda number: sum(codes.batches(5)))
    assert sum(removed) == 60
    assert not PhoneOTP.objects.exists()
