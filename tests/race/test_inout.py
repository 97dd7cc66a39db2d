"""Many at once at what goes out of the desk and comes in."""

from collections import Counter

import pytest

from leads.flows import exporting, importing
from leads.models import ImportBatch, Lead, LeadEvent, LeadExport
from leads.models.lead_event import EventKind
from leads.selection import Selection
from tests.cast import CAROL

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
    export = exporting.ask(Selection("", []), actor=sales_manager)
    results = together(8, lambda n: exporting.begin(export.pk, actor=sales_manager))
    assert outcomes(results) == {"LeadExport": 1, "ExportGone": 7}


def test_of_many_exports_begun_at_once_one_runs(sales_manager, together):
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    asked = [exporting.ask(Selection("", []), actor=sales_manager).pk for _ in range(8)]
    results = together(8, lambda n: exporting.begin(asked[n], actor=sales_manager))
    assert outcomes(results) == {"LeadExport": 1, "ExportRunning": 7}
    assert LeadExport.objects.running().count() == 1
