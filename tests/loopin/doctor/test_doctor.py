"""`manage.py doctor` finds what is wrong with a host, and nothing where all is well."""

import shutil
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings as configured
from django.core.checks import Error
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from loopin import __version__
from loopin.background import periodic
from loopin.background.heartbeat import beat
from loopin.doctor import clock, files, registry, site
from loopin.models import WorkerHeartbeat
from loopin.serving import turns
from tests import receiver as receivers
from tests.each import each

pytestmark = pytest.mark.django_db


def ask(*arguments):
    out = StringIO()
    call_command("doctor", *arguments, stdout=out)
    return out.getvalue()


def ids(subject):
    return [message.id for message in registry.examine([subject])]


@pytest.fixture
def good_host(settings, sms, tmp_path):
    """What production should be like."""
    key = "9Vf2" * 4 + "kQz7Lm0xBt5RwJc8Hn3Ys6Ga1Pd4Ue" + "Xo" * 9
    settings.IS_PRODUCTION = True
    settings.SITE_URL = "https://loopin.example"
    settings.SECRET_KEY = settings.JWT_SECRET_KEY = key
    settings.EMAIL_HOST = "mail.loopin.example"
    settings.TRUSTED_PROXY_COUNT = 1
    settings.MEDIA_ROOT = tmp_path
    return settings


@pytest.fixture
def other_system():
    with receivers.running() as receiver:
        yield receiver


def test_nothing_is_found_on_a_development_machine(sms, settings):
    settings.SITE_URL_FOLLOWS_REQUESTS = True
    beat()
    assert ask() == f"Nothing is wrong: {', '.join(registry.subjects())}.\n"


def test_each_finding_has_its_grade_its_mend_and_an_id(settings, tmp_path):
    settings.IS_PRODUCTION, settings.MEDIA_ROOT = True, tmp_path / "missing"
    with pytest.raises(CommandError) as found:
        ask("--only", "files")
    assert "Error: Pictures cannot be written to" in str(found.value)
    assert "(loopin.E110)\n    MEDIA_ROOT has to be a folder" in str(found.value)


def test_findings_can_be_silenced(settings, tmp_path):
    settings.IS_PRODUCTION, settings.MEDIA_ROOT = True, tmp_path / "missing"
    assert "loopin.E110" in ids("files")
    settings.SILENCED_SYSTEM_CHECKS = ["loopin.E110"]
    assert "loopin.E110" not in ids("files")


def test_what_cannot_be_examined_is_told_without_its_words(monkeypatch):
    def the_database():
        raise OSError("password=hunter2")

    monkeypatch.setitem(registry._examinations, "database", [the_database])
    [found] = registry.examine(["database"])
    assert (found.id, "OSError" in found.msg, "hunter2" in found.msg) == (
        "loopin.E100",
        True,
        False,
    )


@each(
    "name, value, expected",
    [
        ("SITE_URL", "https://localhost", "loopin.E001"),
        ("SITE_URL", "http://loopin.example", "loopin.E001"),
        ("SITE_URL", "https://127.0.0.1:8000", "loopin.E001"),
        ("SECRET_KEY", "change-me-" * 6, "loopin.E002"),
        ("SECRET_KEY", "ab" * 40, "loopin.E002"),
        ("EMAIL_HOST", "", "loopin.W001"),
        ("TRUSTED_PROXY_COUNT", 0, "accounts.W004"),
        ("TWILIO_AUTH_TOKEN", "", "accounts.W001"),
        ("DEBUG", True, "security.W018"),
    ],
)
def test_settings_that_harm_production_are_found(good_host, name, value, expected):
    before = getattr(good_host, name)
    assert expected not in ids("settings")
    setattr(good_host, name, value)
    assert expected in ids("settings")
    setattr(good_host, name, before)


def test_a_full_or_read_only_folder_of_pictures_is_found(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert list(files.pictures_can_be_written()) == []
    settings.MEDIA_ROOT = "/proc"  # nobody can write there, root neither
    assert [found.id for found in files.pictures_can_be_written()] == ["loopin.E110"]


def test_a_disk_with_little_room_is_found(settings, monkeypatch, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    room = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(files, "GIBIBYTE", room.total * 2)
    monkeypatch.setattr(files, "LITTLE_LEFT", 1.1)
    assert [found.id for found in files.disks_have_room()] == ["loopin.W110"] * 2


def test_a_database_without_tables_is_said_to_be_unmigrated():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE loopin_workerheartbeat RENAME TO away")
    [found] = registry.examine(["worker"])
    assert (found.id, found.hint) == ("loopin.E101", "Run: python manage.py migrate")


def test_a_database_that_is_away_is_told_once_beside_the_rest(good_host, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("connection refused")

    good_host.TRUSTED_PROXY_COUNT = 0
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        with pytest.raises(CommandError) as found:
            ask()
    said = str(found.value)
    assert said.count("The database does not answer: connection refused.") == 1
    assert "accounts.W004" in said
    assert "loopin.E100" not in said


def test_migrations_that_wait_are_found():
    assert ids("database") == []
    MigrationRecorder(connection).record_unapplied("interests", "0002_ten_interests")
    assert ids("database") == ["loopin.E121"]


def test_a_database_that_only_reads_is_found():
    with connection.cursor() as cursor:
        cursor.execute("SET transaction_read_only = on")
    assert "loopin.E120" in ids("database")


def test_more_processes_than_the_server_has_connections_are_found(settings):
    settings.WORKERS = 64
    [found] = registry.examine(["database"])
    assert found.id == "loopin.W120"
    assert f"may open {64 * (turns.MOST + 1) + len(periodic.registered)} connections" in found.msg


@each("seconds", [-60, 60])
def test_a_clock_that_is_off_is_found(seconds):
    told = datetime.now(UTC) + timedelta(seconds=seconds)
    [found] = clock.compare(told, "the database")
    assert found.id == "loopin.E130"
    assert "60 s apart" in found.msg


def test_the_clock_of_the_database_s_own_machine_agrees():
    assert list(clock.database_has_the_same_time()) == []


def test_a_site_that_nobody_answers_for_is_found(settings):
    settings.SITE_URL = "http://127.0.0.1:1"
    [found] = site.site_answers_at_its_address()
    assert (found.id, "no connection" in found.msg) == ("loopin.E140", True)


@each("status, mend", [(400, "ALLOWED_HOSTS"), (301, "X-Forwarded-Proto"), (502, "proxy")])
def test_an_answer_that_tells_what_is_wrong_is_understood(settings, other_system, status, mend):
    settings.SITE_URL, other_system.status = other_system.url, status
    [found] = site.site_answers_at_its_address()
    assert f"it answers {status}" in found.msg
    assert mend in found.hint


def test_the_site_is_asked_for_its_version(settings, live, monkeypatch):
    settings.SITE_URL = live.url
    assert list(site.site_answers_at_its_address()) == []
    monkeypatch.setattr(site, "__version__", "0.9")
    assert [found.id for found in site.site_answers_at_its_address()] == ["loopin.W140"]
    assert __version__ != "0.9"


def test_a_worker_that_is_not_there_is_found():
    [found] = registry.examine(["worker"])
    assert "No worker has been at work ever" in found.msg
    WorkerHeartbeat.objects.create(beat_at=timezone.now() - timedelta(minutes=3))
    [found] = registry.examine(["worker"])
    assert "for 180 seconds" in found.msg
    beat()
    assert ids("worker") == []


def test_a_mail_server_that_is_not_there_is_found(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    [found] = registry.examine(["email"])
    assert isinstance(found, Error)
    assert "no connection" in found.msg
    assert configured.EMAIL_HOST in found.hint or "EMAIL_HOST" in found.hint
