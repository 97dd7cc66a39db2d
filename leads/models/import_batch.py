from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from leads.models.import_batch_queryset import ImportBatchQuerySet
from leads.models.import_state import UNDO_TIME, WORKING, ImportState
from loopin.text.fields import LineField

MAX_FILE_NAME = 100


class ImportBatch(models.Model):
    """A file that somebody uploaded, and what became of it.

    `fields`: of each column, what it is (leads/transfer/reading/columns.py). `sample`: the first
    rows, until the columns are chosen. `warnings`: row, column and reason of the first cells that
    could not be read, never their content. `last_row_id`, `first_event_id` and `last_event_id`:
    where the next step goes on.
    """

    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file_name = LineField(max_length=MAX_FILE_NAME)
    size = models.PositiveBigIntegerField(help_text="Of the file, in bytes.")
    language = models.CharField(max_length=8, help_text="Of the warnings and reasons.")
    region = models.CharField(max_length=2, blank=True, default="")
    header = models.JSONField(default=list)
    fields = ArrayField(models.CharField(max_length=16), default=list)
    sample = models.JSONField(default=list)

    state = models.CharField(max_length=16, choices=ImportState, default=ImportState.MATCHING)
    failure = models.TextField(blank=True, default="", help_text="Why it failed, in words.")
    worker = models.UUIDField(null=True, blank=True, unique=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    setbacks = models.PositiveSmallIntegerField(default=0, help_text="Steps that failed in a row.")
    worked_at = models.DateTimeField(db_default=Now())
    created_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    kept_until = models.DateTimeField(help_text="When its content is deleted.")

    rows = models.PositiveIntegerField(default=0, help_text="Read, without the header.")
    last_row_number = models.PositiveIntegerField(default=0, help_text="As in a spreadsheet.")
    percent_read = models.PositiveSmallIntegerField(default=0)
    repeated = models.PositiveIntegerField(
        default=0, help_text="Rows with a number of an earlier row."
    )
    refused = models.PositiveIntegerField(default=0, help_text="Rows that become no lead.")
    warned = models.PositiveIntegerField(default=0, help_text="Rows with a cell that is not read.")
    remarks = models.JSONField(default=list, help_text="What to tell of the file as a whole.")
    warnings = models.JSONField(default=list)
    expected_fresh = models.PositiveIntegerField(default=0)
    expected_known = models.PositiveIntegerField(default=0)
    customers = models.PositiveIntegerField(default=0, help_text="Left alone.")
    unwanted = models.PositiveIntegerField(
        default=0, help_text="Known as not to be contacted; left alone."
    )
    refusing = models.PositiveIntegerField(default=0, help_text="Rows that say no to being called.")
    foreign = models.PositiveIntegerField(default=0)
    doubtful = models.PositiveIntegerField(default=0)

    last_row_id = models.BigIntegerField(default=0)
    first_event_id = models.BigIntegerField(null=True, blank=True)
    last_event_id = models.BigIntegerField(null=True, blank=True)
    written = models.PositiveIntegerField(default=0)
    fresh = models.PositiveIntegerField(default=0)
    merged = models.PositiveIntegerField(default=0)
    taken_back = models.PositiveIntegerField(default=0, help_text="Leads undone.")
    kept = models.PositiveIntegerField(
        default=0, help_text="Leads not undone, because somebody worked on them."
    )

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "import batches"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="importbatch_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(worker=None, leased_until=None)
                | Q(worker__isnull=False, leased_until__isnull=False),
                name="importbatch_worker_has_lease",
            ),
        ]
        indexes = [
            models.Index(F("creator"), F("id").desc(), name="importbatch_of_creator"),
            models.Index(
                fields=["worked_at"], condition=Q(state__in=WORKING), name="importbatch_to_do"
            ),
        ]

    def __str__(self) -> str:
        return f"Import {self.pk}"

    @property
    def is_working(self) -> bool:
        """Whether its page has to ask again how far it is."""
        return self.state in WORKING

    @property
    def is_waiting(self) -> bool:
        """Whether it can be confirmed."""
        return self.state == ImportState.WAITING and self.kept_until > timezone.now()

    @property
    def expected(self) -> int:
        """How many leads it will write."""
        return self.expected_fresh + self.expected_known

    @property
    def to_write(self) -> int:
        """How many rows are written when it is confirmed; customers are among them, unchanged."""
        return self.expected + self.customers + self.unwanted

    @property
    def changed(self) -> int:
        """How many leads it has changed or made."""
        return self.fresh + self.merged

    @property
    def looked_at(self) -> int:
        """How many of these were looked at again, to undo it."""
        return self.taken_back + self.kept

    @property
    def has_more_warnings(self) -> bool:
        return self.warned > len({warning["row"] for warning in self.warnings})

    @property
    def has_refused_rows(self) -> bool:
        """Whether its refused rows can be downloaded."""
        return bool(self.refused) and self.kept_until > timezone.now()

    @property
    def percent(self) -> int:
        """How far the work of its state is."""
        if self.state == ImportState.READING:
            return min(99, self.percent_read)
        is_undoing = self.state == ImportState.UNDOING
        done, total = (
            (self.looked_at, self.changed) if is_undoing else (self.written, self.to_write)
        )
        return min(99, done * 100 // max(1, total))

    @property
    def undo_until(self) -> datetime | None:
        """Until when it can be undone; None if it cannot."""
        is_over = self.state not in (ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED)
        if is_over or self.finished_at is None or not self.changed:
            return None
        end = self.finished_at + UNDO_TIME
        return end if end > timezone.now() else None
