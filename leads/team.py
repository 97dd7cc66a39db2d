"""The members of staff who work leads, and their names."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from leads.access import PERMISSIONS, Action

MANAGES = PERMISSIONS[Action.ASSIGN]


def members() -> QuerySet[User]:
    """Everybody whom a lead can be assigned to."""
    people = User.objects.with_perm(PERMISSIONS[Action.SEE]).filter(is_staff=True)
    return people.order_by("first_name", "username")


def team() -> dict[int, str]:
    """Their names by id, in alphabetical order; one statement."""
    return names_of(members())


def names_of(people: Iterable[User]) -> dict[int, str]:
    """The names of people by id, in alphabetical order."""
    names = {person.pk: name_of(person) for person in people}
    return dict(sorted(names.items(), key=lambda person: person[1].casefold()))


def emails_of_managers() -> list[str]:
    """The e-mail addresses of those who look after the desk, as far as they have one."""
    people = User.objects.with_perm(MANAGES).filter(is_staff=True)
    return list(people.exclude(email="").order_by("pk").values_list("email", flat=True))


def name_of(user: User | None) -> str:
    """The name by which staff see each other."""
    return (user.get_full_name() or user.get_username()) if user else _("Somebody else")
