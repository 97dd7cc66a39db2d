"""Decides whose account a member of staff may look after, and which groups they may give."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from accounts.models import User


def is_below(user: User, actor: User) -> bool:
    """Whether the actor may change the user's account.

    Superusers may change any. Others may change staff who have fewer rights than they have: not
    their equals, because with a fellow's password they could act in the fellow's name.
    """
    if actor.is_superuser:
        return True
    if user.is_superuser or not user.is_staff:
        return False
    return _permissions_of(user) < _permissions_of(actor)


def grantable_groups(actor: User) -> QuerySet[Group]:
    """The groups that give nothing that the actor does not have."""
    if actor.is_superuser:
        return Group.objects.all()
    missing = Permission.objects.exclude(pk__in=_permissions_of(actor))
    return Group.objects.exclude(permissions__in=missing)


def _permissions_of(user: User) -> set[int]:
    """The ids of what a person may do when active. Django says of the inactive that they may do
    nothing, but whoever changes the account can activate it."""
    granted = Permission.objects.filter(Q(user=user.pk) | Q(group__user=user.pk))
    return set(granted.values_list("pk", flat=True))
