"""What an export of ours has can be imported again."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from leads.models.lead_choices import Source, Stage, Status
from leads.transfer.export_file import FIELDS, ExportFile
from tests.leads.transfer.reading.opened import TODAY, read

NEXT_WEEK = datetime(2026, 12, 6, 9, 30, tzinfo=UTC)


def exported(*leads, has_full_numbers=True):
    blank = dict.fromkeys(FIELDS) | {"name": "", "email": "", "country": "IN", "trouble": ""}
    blank |= {"consent_proof": "", "owner__first_name": "", "owner__last_name": ""}
    blank |= {"source": Source.values[0], "stage": Stage.values[0], "status": Status.values[0]}
    rows = [SimpleNamespace(**blank | {"pk": 7, "created_at": NEXT_WEEK} | one) for one in leads]
    file = ExportFile(has_full_numbers=has_full_numbers)
    return file.head() + file.lines(rows)


def test_an_export_comes_back_as_it_left():
    asha = {"phone_number": "+919812340001", "name": "आशा राव", "email": "asha@example.com"}
    content = exported(
        asha | {"consent_at": NEXT_WEEK, "follow_up_at": NEXT_WEEK},
        {"phone_number": "+447400123456", "name": "-O'Neil", "refused_at": NEXT_WEEK},
    )
    first, second = read(content).values()
    assert first.values == asha | {
        "country": "IN",
        "consent": True,
        "note": "",
        "follow_up": "2026-12-06T15:00:00+05:30",
    }
    assert second.values == {
        "phone_number": "+447400123456",
        "country": "GB",
        "name": "-O'Neil",
        "email": "",
        "consent": False,
        "note": "",
        "follow_up": None,
    }
    assert first.warnings == second.warnings == []


def test_a_follow_up_that_is_over_goes_into_the_note():
    content = exported({"phone_number": "+919812340001", "follow_up_at": NEXT_WEEK})
    [row] = read(content, today=TODAY + timedelta(days=30)).values()
    assert row.values["note"] == "Follow-up in the file: 2026-12-06T15:00:00+05:30"


def test_masked_numbers_are_refused_with_the_reason():
    [row] = read(exported({"phone_number": "+919812340001"}, has_full_numbers=False)).values()
    assert row.refusal.code == "number_masked"
    assert "with full numbers" in row.refusal.reason
