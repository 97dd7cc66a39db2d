"""`manage.py doctor` tells of a site that could not come back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loopin.backup.last_backup import record
from loopin.doctor import registry
from loopin.doctor.backups import OLD_AFTER
from tests.docs.markdown import read
from tests.loopin.metrics.alert_rules import alerts

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


def test_the_alert_calls_a_backup_late_at_the_same_age():
    [rule] = [rule for rule in alerts() if rule["alert"] == "LoopinBackupLate"]
    hours = OLD_AFTER // timedelta(hours=1)
    assert rule["expr"].endswith(f"> {hours} * 3600")
    assert f"No backup was made for {hours} hours" in read("docs/observability.md")


def test_development_needs_no_backup():
    assert registry.examine(["backups"]) == []
