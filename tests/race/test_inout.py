"""Many at once at what goes out of the desk and comes in."""

import os
import signal
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection, transaction
from django.utils import timezone

from leads.actions import claim
from leads.models import ImportBatch, ImportRow, Lead, LeadEvent, LeadExport
from leads.models.lead_event import EventKind
from leads.transfer import exporting
from leads.transfer.importing import flows, turns
from leads.transfer.reading.columns import Field
from leads.transfer.selection import Selection
from tests.cast import CAROL
from tests.children import start_child
from tests.waiting import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]


def file_of(numbers):
    return "\n".join(["phone,name,consent", *(f"+9198{n:08d},Asha Rao,yes" for n in numbers)])


def outcomes(results):
    return Counter(type(result).__name__ for result in results)


def check(numbers, actor):
    """An import of these numbers that waits for its confirmation."""
    file = BytesIO(file_of(numbers).encode())
    batch = flows.upload(file, file_name="list.csv", actor=actor)
    flows.choose_columns(
        batch.pk,
        [Field(name) for name in batch.fields],
        region="IN",
        is_remembered=True,
        actor=actor,
    )
    turns.run()  # a busy machine does not read the file while it is asked
    batch.refresh_from_db()
    assert batch.state == "waiting"
    return batch


def test_an_import_confirmed_by_many_at_once_is_written_once(sales_manager, together):
    batch = check(range(200), sales_manager)
    together(8, lambda n: flows.confirm(batch.pk, actor=sales_manager))
    turns.run()
    batch.refresh_from_db()
    assert (batch.state, batch.fresh, batch.merged) == ("done", 200, 0)
    assert Lead.objects.count() == LeadEvent.objects.count() == 200


def test_imports_of_the_same_people_do_not_wait_in_a_circle(sales_manager, sales_admin, together):
    """Half know each other's numbers, in opposite orders; every lead is made once."""
    batches = []
    for number in range(6):
        numbers = range(300) if number % 2 else range(299, -1, -1)
        actor = sales_admin if number % 2 else sales_manager
        batches.append((check(numbers, actor).pk, actor))
    together(6, lambda n: flows.confirm(batches[n][0], actor=batches[n][1]))
    turns.run()
    done = ImportBatch.objects.values_list("state", "fresh", "merged")
    assert sorted(done) == [("done", 0, 300)] * 5 + [("done", 300, 0)]
    assert Lead.objects.count() == 300
    assert LeadEvent.objects.filter(kind=EventKind.IMPORTED).count() == 6 * 300


def test_workers_share_an_import_and_nothing_counts_twice(sales_manager, together, monkeypatch):
    """Each takes a step and lets go, so that all of them are at it in turn."""
    batch = check(range(6000), sales_manager)
    monkeypatch.setattr(turns, "AT_ONCE_SECONDS", -1)
    monkeypatch.setattr(turns, "TURN_SECONDS", -1)
    flows.confirm(batch.pk, actor=sales_manager)
    together(4, lambda n: turns.run())
    turns.run()
    batch.refresh_from_db()
    assert (batch.state, batch.fresh, batch.merged) == ("done", 6000, 0)
    assert Lead.objects.count() == LeadEvent.objects.count() == 6000


def test_what_is_confirmed_and_cancelled_at_once_is_one_or_the_other(sales_manager, together):
    for start in range(5):
        batch = check(range(start * 100, start * 100 + 100), sales_manager)
        ways = [flows.confirm, flows.cancel]
        together(4, lambda n: ways[n % 2](batch.pk, actor=sales_manager))  # noqa: B023  it ends here
        turns.run()
        batch.refresh_from_db()
        made = Lead.objects.filter(phone_number__gte=f"+9198{start * 100:08d}").count()
        assert batch.state in ("done", "cancelled")
        assert batch.fresh == made
        assert not ImportRow.objects.exists()


def test_who_claims_a_lead_while_its_import_is_undone_has_it_or_finds_none(
    sales_manager, staff, together
):
    batch = check(range(20), sales_manager)
    flows.confirm(batch.pk, actor=sales_manager)
    lead_ids = list(Lead.objects.values_list("pk", flat=True))
    undo = lambda n: flows.undo(batch.pk, actor=sales_manager)  # noqa: E731
    take = lambda n: claim.claim(lead_ids[n], actor=staff)  # noqa: E731
    results = together(9, lambda n: undo(n) if n == 4 else take(n))
    turns.run()
    batch.refresh_from_db()
    taken = sum(isinstance(result, Lead) for result in results)
    assert (batch.state, batch.kept, batch.taken_back) == ("undone", taken, 20 - taken)
    assert Lead.objects.filter(owner=staff).count() == Lead.objects.count() == taken
    assert LeadEvent.objects.filter(kind=EventKind.CLAIMED).count() == taken


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


def test_an_import_killed_in_the_middle_is_written_on(sales_manager):
    """It waits for a lead that somebody holds locked, and is killed there."""
    Lead.objects.advance("+919800001500", EventKind.CODE_REQUESTED)
    batch = check(range(2500), sales_manager)
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
    written = eventually(lambda: ImportBatch.objects.get(pk=batch.pk).written)
    time.sleep(0.5)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    released.set()
    holder.join()
    assert written == 1000
    assert Lead.objects.count() == 1001
    assert ImportBatch.objects.lease() is None, "the lease has not ended"
    ImportBatch.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    turns.run()
    batch.refresh_from_db()
    assert (batch.state, batch.fresh, batch.merged) == ("done", 2499, 1)
    assert LeadEvent.objects.filter(kind=EventKind.IMPORTED).count() == 2500


def _confirming_child(batch_id, actor, locked, holder):
    """A process of its own that confirms as soon as the lead is locked; its id."""
    connection.close()
    reader, writer = os.pipe()

    def confirm():
        os.read(reader, 1)
        with suppress(Exception):
            flows.confirm(batch_id, actor=actor)

    child = start_child(confirm)
    holder.start()
    locked.wait(10)
    os.write(writer, b"g")
    return child
