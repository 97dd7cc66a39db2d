"""A further kind or reason is one line of its enum: no list in the database, no migration, and
releases that do not know it yet go on."""

import re

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction

from accounts.messaging import notices, outages
from accounts.models import MessageOutage, PendingNotice, PersonEvent, SecurityEvent
from accounts.models.message_outage import OutageChannel, OutageKind
from accounts.models.person_event import PersonEventKind
from leads.models import Lead, LeadEvent
from leads.models.lead_event import EventKind
from leads.transfer.export_file import ExportFile
from loopin.models.kinds import KindField, UnknownKind
from loopin.sql import execute, fetch_rows
from tests.cast import CAROL
from tests.each import each
from tests.leads.statuses import make_lead, write

pytestmark = pytest.mark.django_db

GROWING = re.compile("kind|reason|event_types?")
"""Names of columns whose values releases add to."""

LISTS = """
SELECT conname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY(conkey)
WHERE contype = 'c' AND conrelid = %s::regclass AND attname = %s
  AND pg_get_constraintdef(pg_constraint.oid) LIKE '%%ARRAY[%%'
"""
FUNCTIONS = "SELECT prosrc FROM pg_proc WHERE prosrc LIKE '%%accounts_personevent%%'"
CALLS = "SELECT prosrc FROM pg_proc WHERE prosrc LIKE '%%accounts_record_event(%%'"


def own(field):
    return field.base_field if isinstance(field, ArrayField) else field


FIELDS = [
    field
    for app in ("accounts", "leads", "loopin")
    for model in apps.get_app_config(app).get_models()
    for field in model._meta.local_concrete_fields
]
KINDS = [field for field in FIELDS if isinstance(own(field), KindField)]


@each("field", KINDS)
def test_the_database_has_no_list_of_kinds(field):
    assert fetch_rows(LISTS, [field.model._meta.db_table, field.column]) == []


def test_columns_of_kinds_are_fields_of_kinds():
    named = [field for field in FIELDS if GROWING.fullmatch(field.name) and own(field).flatchoices]
    assert set(named) <= set(KINDS)
    assert LeadEvent._meta.get_field("kind") in named


def test_a_further_kind_needs_no_migration():
    plain = models.CharField(max_length=32)
    assert KindField(max_length=32, choices=EventKind).deconstruct() == plain.deconstruct()


def test_a_kind_that_the_enum_does_not_have_is_not_written():
    lead = make_lead(CAROL)
    before = LeadEvent.objects.count()
    with pytest.raises(UnknownKind, match=r"none of LeadEvent\.kind"), transaction.atomic():
        LeadEvent.objects.create(lead=lead, kind="promised")
    with pytest.raises(UnknownKind, match=r"Lead\.source"), transaction.atomic():
        Lead.objects.create(source="pigeon", trouble="")
    assert LeadEvent.objects.count() == before


def test_triggers_write_kinds_that_the_enum_has():
    bodies = "\n".join(body for sql in (FUNCTIONS, CALLS) for (body,) in fetch_rows(sql, []))
    written = set(re.findall(r"'((?:user|consent|session)\.\w+)'", bodies))
    assert written == {*PersonEventKind.values}


@pytest.fixture
def of_later_release(staff):
    """Rows as a later release writes them beside this one: a lead, and kinds that are unknown."""
    lead = make_lead(CAROL)
    write(Lead.objects.filter(pk=lead.pk), source="walk_in", trouble="asleep")
    lead.refresh_from_db()
    tables = {
        "leads_leadevent (lead_id, kind, data)": f"({lead.pk}, 'promised', '{{}}')",
        "accounts_personevent (user_id, kind)": f"({staff.pk}, 'user.promoted')",
        "accounts_securityevent (kind, recipient_hash, data)": "('promised', '', '{}')",
    }
    for table, row in tables.items():
        execute(f"INSERT INTO {table} VALUES {row}", [])
    return lead


def test_kinds_of_a_later_release_are_shown_as_they_are(
    of_later_release, browser_of, sales_manager, manager
):
    browser = browser_of(sales_manager)
    page = browser.get(f"/leads/{of_later_release.pk}/")
    assert "promised" in page.content.decode()
    of_later_release.save()
    for path in ("/leads/", "/leads/insights/", "/leads/?source=walk_in"):
        assert browser.get(path).status_code == 200, path
    exported = ExportFile(has_full_numbers=False).lines([of_later_release]).decode()
    assert '"walk_in"' in exported
    assert '"asleep"' in exported
    assert browser_of(manager).get("/django/admin/accounts/securityevent/").status_code == 200
    assert str(PersonEvent.objects.latest("pk")) == "user.promoted"
    assert SecurityEvent.objects.filter(kind="promised").count() == 1


def test_a_notice_of_a_later_release_waits_for_it(alice):
    [notice] = PendingNotice.objects.add(
        notices.NoticeKind.PHONE_CHANGED, [CAROL], user=alice, language="en", values={}
    )
    PendingNotice.objects.update(kind="birthday")
    notice.refresh_from_db()
    notices.deliver(notice)
    assert PendingNotice.objects.get().kind == "birthday"


def test_an_outage_of_a_later_release_is_told_as_it_is(staff, browser_of):
    outages.note_failure(OutageChannel.SMS, OutageKind.ACCOUNT, "")
    MessageOutage.objects.update(channel="pigeons", kind="asleep")
    page = browser_of(staff).get("/leads/")
    assert page.status_code == 200
    assert "pigeons" in page.content.decode()
    assert "asleep" in page.content.decode()
