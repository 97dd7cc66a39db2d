from django.db import models
from django.db.models.functions import Now

MAX_NOTE_LENGTH = 2000


class LeadNote(models.Model):
    """What staff wrote about a lead, kept beside the timeline: it can be forgotten, which that
    cannot. `event` is the line it belongs to."""

    lead = models.ForeignKey("leads.Lead", models.CASCADE, related_name="notes")
    event = models.OneToOneField("leads.LeadEvent", models.CASCADE, related_name="note")
    text = models.TextField(max_length=MAX_NOTE_LENGTH)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"Note {self.pk}"
