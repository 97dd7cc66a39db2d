"""The leads that somebody exports: those of a view of the desk, or those that are checked on it."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import User
from leads import access
from leads.desk.filters import LeadFilterForm
from leads.desk.search import Search
from leads.models.lead_queryset import LeadQuerySet
from leads.transfer.errors import BadSelection
from loopin.text.ids import row_ids

MAX_LEADS = 100


@dataclass(frozen=True)
class Selection:
    """`query`: the query string of a view of the desk. `lead_ids`: if there are any, only these."""

    query: str
    lead_ids: list[int]

    def leads(self, user: User) -> LeadQuerySet:
        """The selected leads that somebody may see, in no order."""
        if self.lead_ids:
            return access.visible_to(user).filter(pk__in=self.lead_ids)
        return self._form.leads(user)

    @property
    def search(self) -> Search:
        """What the view searches for, which is nothing where leads were checked one by one."""
        return Search("") if self.lead_ids else self._form.search

    @property
    def _form(self) -> LeadFilterForm:
        return LeadFilterForm(QueryDict(self.query))


def from_view(query: QueryDict) -> Selection:
    """The leads of a view; filters that are not valid are left out."""
    names = LeadFilterForm(query).applied()
    return Selection(urlencode([(name, str(query[name])) for name in names]), [])


def from_ids(words: list[str]) -> Selection:
    """The ids of 1 to 100 leads. Raises BadSelection."""
    if not 1 <= len(words) <= MAX_LEADS:
        raise BadSelection(_("Choose 1 to %(count)s leads.") % {"count": MAX_LEADS})
    lead_ids = row_ids(words)
    if lead_ids is None:
        raise BadSelection
    return Selection("", lead_ids)
