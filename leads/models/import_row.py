"""What an import has read and not written: its leads, and the rows that become none."""

from typing import Any

import orjson
from django.db import models

from leads.models import import_sql
from leads.models.lead_note import MAX_NOTE_LENGTH
from loopin.sql import execute, fetch_row


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def stage(self, batch_id: int, rows: list[dict[str, Any]]) -> None:
        """Store rows, each in the place of an earlier one of its number. One statement."""
        values = {"batch": batch_id, "rows": orjson.dumps(rows).decode()}
        execute(import_sql.STAGE_ROWS, values)


class ImportRow(models.Model):
    """A lead that a confirmed import will write; deleted by the statement that writes it.

    A number has one, whose `number` is the first row of the file that names it.
    """

    batch = models.ForeignKey(
        "leads.ImportBatch", models.CASCADE, related_name="staged", db_index=False
    )
    number = models.PositiveIntegerField(help_text="Of the row, as in a spreadsheet.")
    phone_number = models.CharField(max_length=16)
    country = models.CharField(max_length=2)
    name = models.CharField(max_length=100)
    email = models.CharField(max_length=254)
    consent = models.BooleanField(null=True)
    note = models.TextField(max_length=MAX_NOTE_LENGTH)
    follow_up_at = models.DateTimeField(null=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "phone_number"], name="importrow_number_is_one"
            )
        ]
        indexes = [models.Index(fields=["batch", "id"], name="importrow_in_order")]

    def __str__(self) -> str:
        return f"Row {self.number} of import {self.batch_id}"


class RefusedRow(models.Model):
    """A row of a file that becomes no lead, as it stood there, and why."""

    batch = models.ForeignKey(
        "leads.ImportBatch", models.CASCADE, related_name="refused_rows", db_index=False
    )
    number = models.PositiveIntegerField(help_text="Of the row, as in a spreadsheet.")
    cells = models.JSONField()
    reason = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["batch", "id"], name="refusedrow_in_order")]

    def __str__(self) -> str:
        return f"Refused row {self.number} of import {self.batch_id}"


def count_standing(phone_numbers: list[str]) -> tuple[int, int, int, int]:
    """How many of the numbers are of no lead, of a lead, of a customer, and not to be contacted.

    One statement.
    """
    values = {"phone_numbers": phone_numbers} | import_sql.PARAMETERS
    row = fetch_row(import_sql.COUNT_STANDING, values)
    assert row is not None  # noqa: S101  it counts
    return row[0], row[1], row[2], row[3]
