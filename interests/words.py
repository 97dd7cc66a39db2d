"""Translates the names and descriptions of the ten interests.

They are rows that staff may change in the admin. Only the texts listed here are translated; any
other text is shown as it was typed.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

TRANSLATED = frozenset(
    {
        _("Music & Concerts"),
        _("Live gigs, festivals, open-mic nights and everything with a beat."),
        _("Sports & Fitness"),
        _("Matches, runs, cycling, yoga and training together."),
        _("Food & Dining"),
        _("Tastings, pop-up kitchens, street-food walks and long dinners."),
        _("Art & Culture"),
        _("Exhibitions, theatre, dance, heritage walks and literature."),
        _("Technology"),
        _("Meet-ups, hackathons, demos and talks about what comes next."),
        _("Travel & Adventure"),
        _("Treks, road trips, camping and weekends away."),
        _("Business & Networking"),
        _("Founders' evenings, conferences and meeting the right people."),
        _("Health & Wellness"),
        _("Meditation, mental health, nutrition and time to breathe."),
        _("Education & Learning"),
        _("Workshops, courses, book clubs and new skills."),
        _("Entertainment"),
        _("Comedy, film, gaming and nights out with friends."),
    }
)


def translate(text: str) -> str:
    """Translate a name or a description of an interest."""
    return gettext(text) if text in TRANSLATED else text


def are_as_stored() -> bool:
    """Whether interests are shown in the language in which they are stored, which is English."""
    return get_language() == settings.LANGUAGE_CODE


def translate_interests(interests: Iterable[Any]) -> list[dict[str, Any]]:
    """Translate the `name` and `description` of records. In English they are returned unchanged."""
    if are_as_stored():
        return list(interests)
    return [
        interest | {key: translate(interest[key]) for key in ("name", "description")}
        for interest in interests
    ]
