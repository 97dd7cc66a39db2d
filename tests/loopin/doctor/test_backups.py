"""`manage.py doctor` tells of a site that could not come back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loopin.backup.last_backup import record
from loopin.doctor import registry

pytestmark = pytest.mark.django_db


def test_a_backup_that_is_missing_or_old_is_found(settings):
    settings.IS_PRODUCTION = True
    [found] = registry.examine(["backups"])
    assert (found.id, "There is no backup" in found.msg) == ("loopin.W170", True)
    record(timezone.now() - timedelta(days=3))
    [found] = registry.examine(["backups"])
    assert "3 days old" in found.msg
    record(timezone.now())
    assert registry.examine(["backups"]) == []


def test_development_needs_no_backup():
    assert registry.examine(["backups"]) == []
