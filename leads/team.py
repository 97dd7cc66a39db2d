"""The people who work leads."""

from django.core.cache import cache
from django.db.models import QuerySet

from accounts.models import User
from leads.access import PERMISSIONS, Action
from leads.flows.claiming import name_of

CACHE_SECONDS = 60
"""How long a process answers from memory, and so how late a newcomer may show."""


def team() -> dict[int, str]:
    """Their names by id, in alphabetical order; at most one statement."""
    return cache.get_or_set("leads:team", _team, CACHE_SECONDS) or {}


def members() -> QuerySet[User]:
    """Whom a lead can be given to."""
    people = User.objects.with_perm(PERMISSIONS[Action.SEE]).filter(is_staff=True)
    return people.order_by("first_name", "username")


def _team() -> dict[int, str]:
    names = {person.pk: name_of(person) for person in members()}
    return dict(sorted(names.items(), key=lambda person: person[1].casefold()))
