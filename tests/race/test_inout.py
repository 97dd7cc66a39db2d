"""Many at once at what goes out of the desk and comes in."""

import os
import signal
import threading
import time
from collections import Counter
from contextlib import suppress

import pytest
from django.db import connection, transaction

from leads.models import ImportBatch, Lead, LeadEvent, LeadExport
from leads.models.lead_event import EventKind
from leads.transfer import exporting, importing
from leads.transfer.selection import Selection
from tests.cast import CAROL, DAVE
from tests.children import start_child

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]


def file_of(numbers):
    return "\n".join(["phone,name,consent", *(f"+9198{n:08d},Asha Rao,yes" for n in numbers)])


def outcomes(results):
    return Counter(type(result).__name__ for result in results)


def test_a_batch_confirmed_by_many_at_once_is_written_once(sales_manager, together):
    batch = importing.preview(
        file_of(range(200)).encode(), file_name="list.csv", actor=sales_manager
    )
    results = together(8, lambda n: importing.confirm(batch.pk, actor=sales_manager))
    assert outcomes(results) == {"ImportBatch": 8}
    assert {result.fresh for result in results} == {200}
    assert Lead.objects.count() == LeadEvent.objects.count() == 200


def test_imports_of_the_same_people_do_not_wait_in_a_circle(sales_manager, together):
    """Half know each other's numbers, in opposite orders; every lead is made once."""
    batches = []
    for number in range(6):
        numbers = range(300) if number % 2 else range(299, -1, -1)
        batch = importing.preview(
            file_of(numbers).encode(), file_name="list.csv", actor=sales_manager
        )
        batches.append(batch.pk)
    confirm = lambda n: importing.confirm(batches[n], actor=sales_manager)  # noqa: E731
    results = together(6, confirm)
    assert outcomes(results) == {"ImportBatch": 6}
    assert sorted(result.fresh for result in results) == [0] * 5 + [300]
    assert Lead.objects.count() == 300
    assert LeadEvent.objects.filter(kind=EventKind.IMPORTED).count() == 6 * 300
    assert not ImportBatch.objects.exclude(leads=[]).exists()


def test_a_file_asked_for_by_many_at_once_is_sent_once(sales_manager, together):
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    export = exporting.request_export(Selection("", []), actor=sales_manager)
    results = together(8, lambda n: exporting.start_download(export.pk, actor=sales_manager))
    assert outcomes(results) == {"LeadExport": 1, "ExportGone": 7}


def test_of_many_exports_begun_at_once_one_runs(sales_manager, together):
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    asked = [exporting.request_export(Selection("", []), actor=sales_manager).pk for _ in range(8)]
    results = together(8, lambda n: exporting.start_download(asked[n], actor=sales_manager))
    assert outcomes(results) == {"LeadExport": 1, "ExportRunning": 7}
    assert LeadExport.objects.running().count() == 1


def test_an_import_killed_in_the_middle_leaves_nothing(sales_manager):
    """It waits for a lead that somebody holds locked, and never gets to the end."""
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    rows = f"phone,name\n{CAROL},Carol Sen\n{DAVE},Dave Rao\n"
    batch = importing.preview(rows.encode(), file_name="list.csv", actor=sales_manager)
    locked, released = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Lead.objects.select_for_update().get()
            locked.set()
            released.wait(10)
        connection.close()

    child = _confirming_child(
        batch.pk, sales_manager, locked, holder := threading.Thread(target=hold)
    )
    time.sleep(0.5)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    released.set()
    holder.join()
    batch.refresh_from_db()
    assert batch.confirmed_at is None
    assert Lead.objects.get().name == ""
    assert importing.confirm(batch.pk, actor=sales_manager).fresh == 1


def _confirming_child(batch_id, actor, locked, holder):
    """A process of its own that confirms as soon as the lead is locked; its id."""
    connection.close()
    reader, writer = os.pipe()

    def confirm():
        os.read(reader, 1)
        with suppress(Exception):
            importing.confirm(batch_id, actor=actor)

    child = start_child(confirm)
    holder.start()
    locked.wait(10)
    os.write(writer, b"g")
    return child
