"""Saves and deletes named views of the desk."""

from django.db import transaction

from accounts.models import User
from leads import access
from leads.access import Action
from leads.errors import SavedViewNotFound, TooManySavedViews
from leads.models import SavedView
from leads.models.saved_view import MAX_VIEWS


@transaction.atomic
def save(name: str, query: str, *, owner: User, is_shared: bool = False) -> SavedView:
    """Save a view under a name, and replace a view of that name. `query`: normalised.

    Raises NotPermitted, also if the person may not share views, and TooManySavedViews.
    """
    access.require(owner, Action.SEE)
    if is_shared:
        access.require(owner, Action.ASSIGN)
    User.objects.select_for_update(no_key=True).get(
        pk=owner.pk
    )  # locked, so that the count is right
    others = SavedView.objects.filter(owner=owner).exclude(name=name)
    if others.count() >= MAX_VIEWS:
        raise TooManySavedViews
    view, _ = SavedView.objects.update_or_create(
        owner=owner, name=name, defaults={"query": query, "is_shared": is_shared}
    )
    return view


def delete(view_id: int, *, actor: User) -> None:
    """Delete an own view; whoever may share deletes shared ones of others too.

    Raises NotPermitted or SavedViewNotFound.
    """
    access.require(actor, Action.SEE)
    view = SavedView.objects.filter(pk=view_id).first()
    if view is None or not may_delete(view, actor):
        raise SavedViewNotFound
    view.delete()


def may_delete(view: SavedView, user: User) -> bool:
    return view.owner_id == user.pk or (view.is_shared and access.may(user, Action.ASSIGN))
