"""The members of staff who work leads, and their names."""

from collections.abc import Iterable

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from leads.access import PERMISSIONS, Action

MANAGES = PERMISSIONS[Action.ASSIGN]


def members() -> QuerySet[User]:
    """Everybody whom a lead can be assigned to."""
    app, _, codename = PERMISSIONS[Action.SEE].partition(".")
    granted = Permission.objects.filter(content_type__app_label=app, codename=codename)
    # `with_perm` asks for each person anew; these are two subqueries that are asked once.
    in_group = User.groups.through.objects.filter(group__permissions__in=granted).values("user")
    by_name = User.user_permissions.through.objects.filter(permission__in=granted).values("user")
    has_role = Q(is_superuser=True) | Q(pk__in=in_group) | Q(pk__in=by_name)
    people = User.objects.filter(has_role, is_staff=True, is_active=True)
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
