"""The rules of what staff enter about a lead: functions that return the clean value."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.models.lead_note import MAX_NOTE_LENGTH
from loopin.rules import described
from loopin.text import spelling

LATEST_FOLLOW_UP = timedelta(days=366)


@described("too_long", "invalid", limits={"maxLength": MAX_NOTE_LENGTH})
def note(value: str) -> str:
    """Text of several lines in one spelling (`loopin/text/spelling.py`). May be empty."""
    text = spelling.normalise_lines(value, MAX_NOTE_LENGTH)
    return plain_text(text, MAX_NOTE_LENGTH, allowed="\n")


def plain_text(text: str, max_length: int, *, allowed: str = "") -> str:
    """The text, if it is no longer than that, and has no control characters but those allowed."""
    require_length(text, max_length)
    if spelling.has_unprintable(text, allowed=allowed):
        raise ValidationError(_("Write plain text."), code="invalid")
    return text


def require_length(text: str, max_length: int) -> None:
    if len(text) > max_length:
        words = _("Write at most %(count)s characters.") % {"count": max_length}
        raise ValidationError(words, code="too_long")


@described(note, "required", limits={"minLength": 1, "maxLength": MAX_NOTE_LENGTH})
def required_note(value: str) -> str:
    """A note that is not empty."""
    text = note(value)
    if not text:
        raise ValidationError(_("Write something."), code="required")
    return text


@described("no_time_zone", "past", "too_far", limits={"format": "date-time"})
def follow_up_at(value: datetime) -> datetime:
    """A time with its offset, at most a year ahead. A minute ago is allowed, because forms send
    whole minutes."""
    if value.tzinfo is None:
        raise ValidationError(
            _("Say in which time zone: end with Z or +05:30."), code="no_time_zone"
        )
    now = timezone.now()
    if value < now - timedelta(minutes=1):
        raise ValidationError(_("This time is over. Choose a later one."), code="past")
    if value > now + LATEST_FOLLOW_UP:
        raise ValidationError(_("Choose a time within a year."), code="too_far")
    return value
