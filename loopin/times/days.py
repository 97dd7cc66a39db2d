"""Where days begin: at midnight in India (`TIME_ZONE`)."""

from datetime import date, datetime, time, timedelta

from django.utils.timezone import localdate, make_aware


def start_of(day: date) -> datetime:
    """The first moment of a day."""
    return make_aware(datetime.combine(day, time.min))


def end_of_today() -> datetime:
    """The first moment of tomorrow."""
    return start_of(localdate() + timedelta(days=1))
