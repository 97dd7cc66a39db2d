"""Errors that are over after a while, and the words for how long that takes."""

import math
from datetime import timedelta

from django.utils.formats import date_format, time_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext, ngettext_lazy

from loopin.errors import LoopinError

UNITS = (
    (3600, ngettext_lazy("%(count)s hour", "%(count)s hours", "count")),
    (60, ngettext_lazy("%(count)s minute", "%(count)s minutes", "count")),
    (1, ngettext_lazy("%(count)s second", "%(count)s seconds", "count")),
)

LONG_WAIT = 3600
"""Seconds from which on a page names the time of day, which is easier to keep in mind."""


def format_wait(seconds: int) -> str:
    """The time to wait as a phrase, rounded up: "40 seconds", "3 minutes", "2 hours"."""
    length, unit = next((n, unit) for n, unit in UNITS if seconds > n or n == 1)
    return str(unit % {"count": math.ceil(seconds / length)})


def format_end(seconds: int) -> str:
    """When the time to wait is over: "in 3 minutes"; from an hour on "at 14:30" or "tomorrow at
    10:40", by the clock of India."""
    if seconds < LONG_WAIT:
        return gettext("in %(wait)s") % {"wait": format_wait(seconds)}
    end = localtime() + timedelta(seconds=seconds, minutes=1)  # the minute that has begun is over
    words = {"time": time_format(end, "TIME_FORMAT"), "day": date_format(end, "j F")}
    days = (end.date() - localdate()).days
    sentences = (gettext("at %(time)s"), gettext("tomorrow at %(time)s"))
    sentence = sentences[days] if days < len(sentences) else gettext("on %(day)s at %(time)s")
    return sentence % words


class Wait(LoopinError):
    """It helps to come back: `retry_after` seconds from now. The messages say when."""

    status = 429
    retry_after: int

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        words = {"wait": format_wait(retry_after), "when": format_end(retry_after)}
        super().__init__(self.message % words, page_message=self.page_message % words)
