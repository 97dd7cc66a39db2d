"""The work of an import goes on wherever it stopped, and each row counts once."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads.models import ImportBatch, ImportPiece, ImportRow, Lead, LeadEvent, LeadNote, RefusedRow
from leads.transfer.importing import leftovers, turns
from loopin.sql import execute
from tests.cast import CAROL
from tests.leads.transfer.steps import act, bring_in, check, choose, text_of, upload


def file_of(count):
    rows = "".join(f"+9198{number:08d},Asha Rao,yes,hello\n" for number in range(count))
    return f"phone,name,consent,note\n{rows}"


def waiting_for_worker(office, content, monkeypatch):
    """An import whose columns are chosen, and of which no request has read anything."""
    monkeypatch.setattr(turns, "AT_ONCE_SECONDS", -1)
    batch = upload(office, content)
    choose(office, batch)
    batch.refresh_from_db()
    return batch


def take_step(batch):
    """One step of whatever is due, then the worker dies."""
    leased = ImportBatch.objects.filter(pk=batch.pk).lease()
    next(turns.STEPS[leased.state](leased), None)
    ImportBatch.objects.filter(pk=batch.pk).update(leased_until=timezone.now() - timedelta(1))
    batch.refresh_from_db()


def test_the_worker_reads_on_where_another_stopped(office, monkeypatch):
    batch = waiting_for_worker(office, file_of(2500) + "12,,,\n", monkeypatch)
    assert (batch.state, batch.rows) == ("reading", 1000)
    take_step(batch)
    assert (batch.state, batch.rows, batch.expected_fresh) == ("reading", 2000, 2000)
    page = text_of(office, batch)
    assert "Reading the file" in page
    assert 'hx-trigger="every 1s"' in page
    turns.run()
    batch.refresh_from_db()
    assert (batch.state, batch.rows, batch.expected_fresh) == ("waiting", 2501, 2500)
    assert (ImportRow.objects.count(), RefusedRow.objects.count(), batch.refused) == (2500, 1, 1)
    assert not ImportPiece.objects.exists()


def test_the_worker_writes_on_where_another_stopped(office, monkeypatch):
    batch = check(office, file_of(2500))
    monkeypatch.setattr(turns, "AT_ONCE_SECONDS", -1)
    act(office, batch, "confirm")
    assert (batch.state, batch.written, batch.percent) == ("writing", 1000, 40)
    take_step(batch)
    assert (batch.written, Lead.objects.count()) == (2000, 2000)
    assert "2,000 of 2,500 are written" in text_of(office, batch)
    turns.run()
    batch.refresh_from_db()
    assert (batch.state, batch.fresh, batch.merged) == ("done", 2500, 0)
    assert Lead.objects.count() == LeadEvent.objects.count() == LeadNote.objects.count() == 2500


def test_the_worker_undoes_on_where_another_stopped(office, monkeypatch):
    batch = bring_in(office, file_of(2500))
    monkeypatch.setattr(turns, "AT_ONCE_SECONDS", -1)
    monkeypatch.setattr(turns, "READERS_HELP_AFTER", timedelta(hours=1))
    act(office, batch, "undo")
    assert (batch.state, batch.taken_back) == ("undoing", 1000)
    assert "1,000 of 2,500 are looked at" in text_of(office, batch)
    take_step(batch)
    turns.run()
    batch.refresh_from_db()
    assert (batch.state, batch.taken_back, Lead.objects.count()) == ("undone", 2500, 0)


DISK_IS_FULL = """
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER disk_is_full BEFORE INSERT ON leads_leadnote
FOR EACH ROW WHEN (NEW.text = 'x') EXECUTE FUNCTION disk_is_full()
"""
DISK_HAS_ROOM = "DROP TRIGGER disk_is_full ON leads_leadnote"


def test_a_step_that_breaks_leaves_nothing_and_is_taken_again(office):
    """A note of the second thousand cannot be written until the disk has room."""
    batch = check(office, file_of(1500) + f"{CAROL},,,x\n")
    execute(DISK_IS_FULL, [])
    response = act(office, batch, "confirm")
    assert response.status_code == 503
    assert "cannot reach our database" in response.content.decode()
    assert (batch.state, batch.written, batch.setbacks) == ("writing", 1000, 1)
    assert Lead.objects.count() == 1000
    execute(DISK_HAS_ROOM, [])
    turns.run()
    batch.refresh_from_db()
    assert (batch.state, batch.fresh, batch.setbacks) == ("done", 1501, 0)


def test_an_import_that_breaks_five_times_is_given_up_and_can_be_undone(office):
    batch = check(office, file_of(1500) + f"{CAROL},,,x\n")
    execute(DISK_IS_FULL, [])
    act(office, batch, "confirm")
    for _ in range(4):
        with pytest.raises(OperationalError):
            turns.run()
    batch.refresh_from_db()
    assert (batch.state, batch.fresh) == ("failed", 1000)
    page = text_of(office, batch)
    assert "The import failed" in page
    assert "We cannot reach our database" in page
    assert not ImportRow.objects.exists()
    act(office, batch, "undo")
    assert not Lead.objects.exists()


def test_what_nobody_has_foreseen_ends_an_import(office, caplog):
    batch = upload(office, file_of(3))
    ImportPiece.objects.update(content=b"PK\x03\x04 no workbook")
    assert choose(office, batch).status_code == 302
    batch.refresh_from_db()
    assert batch.state == "failed"
    assert not ImportPiece.objects.exists()
    assert batch.failure in text_of(office, batch)


def test_a_cancelled_import_is_not_read_on(office, monkeypatch):
    batch = waiting_for_worker(office, file_of(2500), monkeypatch)
    leased = ImportBatch.objects.lease()
    steps = turns.STEPS[leased.state](leased)
    next(steps)
    act(office, batch, "cancel")
    assert list(steps) == []
    batch.refresh_from_db()
    assert (batch.state, batch.rows) == ("cancelled", 2000)
    assert not ImportRow.objects.exists()
    assert not ImportPiece.objects.exists()
    assert "Nothing was imported" in text_of(office, batch)


def test_an_import_that_is_cancelled_while_it_is_written_can_be_undone(office, monkeypatch):
    batch = check(office, file_of(2500))
    monkeypatch.setattr(turns, "AT_ONCE_SECONDS", -1)
    act(office, batch, "confirm")
    assert "Cancel" in text_of(office, batch)
    act(office, batch, "cancel")
    turns.run()
    assert Lead.objects.count() == 1000
    assert "1,000 new" in text_of(office, batch)
    assert act(office, batch, "cancel").status_code == 409
    act(office, batch, "undo")
    turns.run()
    assert Lead.objects.count() == 0


def test_a_process_that_lost_its_lease_writes_nothing(office, monkeypatch):
    """It was thought dead, and another one went on."""
    batch = waiting_for_worker(office, file_of(3500), monkeypatch)
    late = ImportBatch.objects.lease()
    steps = turns.STEPS[late.state](late)
    next(steps)
    ImportBatch.objects.update(leased_until=timezone.now() - timedelta(1))
    take_step(batch)
    assert batch.rows == 3000
    assert list(steps) == []
    batch.refresh_from_db()
    assert (batch.rows, ImportRow.objects.count()) == (3000, 3000)


def test_an_import_that_somebody_works_on_is_taken_by_nobody_else(office, monkeypatch):
    waiting_for_worker(office, file_of(1500), monkeypatch)
    assert ImportBatch.objects.lease()
    assert ImportBatch.objects.lease() is None


def test_where_no_worker_runs_the_page_does_the_work(office, monkeypatch):
    batch = waiting_for_worker(office, file_of(1500), monkeypatch)
    monkeypatch.undo()
    assert "Reading the file" in text_of(office, batch), "a worker may be about to begin"
    ImportBatch.objects.update(worked_at=timezone.now() - timedelta(seconds=6))
    assert "Check before you import" in text_of(office, batch)


def test_every_import_has_its_turn(office, monkeypatch):
    """The one that nobody worked on for longest is next."""
    first = waiting_for_worker(office, file_of(2500), monkeypatch)
    second = waiting_for_worker(office, file_of(1500), monkeypatch)
    ImportBatch.objects.filter(pk=first.pk).update(worked_at=timezone.now())
    assert ImportBatch.objects.lease() == second
    assert ImportBatch.objects.lease() == first


def test_what_is_left_of_imports_is_deleted(office, monkeypatch):
    """A request that cancels may be killed before it has deleted everything."""
    batch = waiting_for_worker(office, file_of(1500), monkeypatch)
    ImportBatch.objects.filter(pk=batch.pk).cancel()
    leftovers.delete_all()
    assert not ImportPiece.objects.exists()
    assert not ImportRow.objects.exists()


@pytest.mark.parametrize("count", [1, 1000])
def test_statements_are_as_many_for_a_thousand_rows_as_for_one(office, count):
    known = [f"+9198{number:08d}" for number in range(0, count, 2)]
    execute(
        "INSERT INTO leads_lead (phone_number, country, source, status, trouble, name, email,"
        " consent_version) SELECT number, 'IN', 'web', 'new', '', '', '', ''"
        " FROM unnest(%s::text[]) AS number",
        [known],
    )
    batch = upload(office, file_of(count) + "12,,,\n")
    with CaptureQueriesContext(connection) as reading:
        choose(office, batch)
    assert len(reading) <= 40
    with CaptureQueriesContext(connection) as writing:
        act(office, batch, "confirm")
    assert len(writing) <= 30
    with CaptureQueriesContext(connection) as undoing:
        act(office, batch, "undo")
    assert len(undoing) <= 70, "Django deletes a hundred rows in a statement"
    assert (batch.fresh, batch.merged, batch.taken_back) == (count // 2, len(known), count)
