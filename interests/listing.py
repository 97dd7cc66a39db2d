"""The list of event interests as bytes, which each process keeps ready."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _

from interests import words
from interests.models import EventInterest
from loopin.web.http import success
from loopin.web.ready_answers import ReadyAnswer

Rows = Sequence[Mapping[str, object]]

NEVER = float("-inf")

RETRIEVED = _("Event interests retrieved successfully")
CACHE_SECONDS = 60
"""How long clients may keep the list without asking again."""


@dataclass(frozen=True)
class Known:
    """The rows that were read last, and the answers that were made of them, by language."""

    rows: Rows
    answers: dict[str | None, ReadyAnswer] = field(default_factory=dict)


class Listing:
    """Asks the database for the list at most every `INTERESTS_LOOK_SECONDS`, and makes answers of
    it only if it has changed.

    There is one list for each process: a change is seen after so long by the others, and at once by
    the one that made it, which calls `forget`.
    """

    def __init__(self) -> None:
        self._known: Known | None = None
        self._looked_at = NEVER
        self._looking = Lock()

    def answer(self) -> ReadyAnswer:
        """Raises what the database raises."""
        known = self._known
        if known is None or time.monotonic() - self._looked_at >= settings.INTERESTS_LOOK_SECONDS:
            known = self._look()
        language = get_language()
        if language not in known.answers:
            known.answers[language] = _answer_of(known.rows)
        return known.answers[language]

    def forget(self) -> None:
        with self._looking:  # who looks now may not have seen what is to be seen
            self._looked_at = NEVER

    def _look(self) -> Known:
        """While one thread looks, the others answer with what is known, if anything is."""
        if not self._looking.acquire(blocking=self._known is None) and self._known is not None:
            return self._known
        try:
            began = time.monotonic()
            rows = list(EventInterest.objects.active().values("id", "name", "description", "slug"))
            if self._known is None or self._known.rows != rows:
                self._known = Known(rows)
            self._looked_at = began
            return self._known
        finally:
            self._looking.release()


def _answer_of(rows: Rows) -> ReadyAnswer:
    """In the language of the request."""
    answer = success(RETRIEVED, words.translate_interests(rows))
    caching = f"public, max-age={CACHE_SECONDS}"
    return ReadyAnswer.of(answer.content, answer.headers["Content-Type"], Cache_Control=caching)


listing = Listing()
