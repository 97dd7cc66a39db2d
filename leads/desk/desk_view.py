"""What a desk shows: filters, order and page, as one member of staff asks for them."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from django.http import QueryDict

from accounts.models import User
from leads import access
from leads.desk import links
from leads.desk.filters import LeadFilterForm
from leads.desk.shared_reads import shared_reads
from leads.models.lead_queryset import LeadQuerySet

T = TypeVar("T")


@dataclass(frozen=True)
class ViewPart:
    """Leads of which those that match belong in a view. `find`: makes their queryset. `user_id`: of
    whom they are the own ones, if of anybody.

    `key`: the same for all desks that show the same of them; None if no other desk does.
    """

    find: Callable[[], LeadQuerySet]
    key: Hashable = None
    user_id: int | None = None

    def share(
        self, what: Hashable, read: Callable[[], T], is_valid: Callable[[T], bool] = lambda _: True
    ) -> T:
        """What was read of this part, for all desks that show it."""
        if self.key is None:
            return read()
        return shared_reads.get((self.key, what), read, is_valid=is_valid)


@dataclass(frozen=True)
class DeskView:
    """`query`: the filters, normalised. `cursor`: "" for the first page. `language`: the one in
    which the page is read, "" where nothing is shown.
    """

    user: User
    query: str
    cursor: str = ""
    language: str = ""

    @property
    def url(self) -> str:
        return links.desk_url(self.query, cursor=self.cursor)

    @cached_property
    def form(self) -> LeadFilterForm:
        return LeadFilterForm(QueryDict(self.query))

    @property
    def seen_by(self) -> str:
        """Who sees about the same leads, in words that are the same for all of them."""
        return next((part.seen_by for part in access.visible_parts(self.user)), "nobody")

    @cached_property
    def parts(self) -> list[ViewPart]:
        """The leads that its reader may see, before any filter: first what others see, too."""
        if self.form.is_personal:
            return [ViewPart(lambda: access.visible_to(self.user))]
        where = (self.query, self.cursor)
        parts = access.visible_parts(self.user)
        return [ViewPart(part.find, (part.seen_by, *where), part.user_id) for part in parts]
