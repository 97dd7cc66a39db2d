"""Which leads somebody means: those of a view of the desk, or those that are ticked on it."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import User
from leads import access
from leads.desk.filters import LeadFilterForm
from leads.models.lead_queryset import LeadQuerySet
from leads.transfer.errors import BadSelection
from loopin.text.ids import row_ids

MAX_TICKED = 100


@dataclass(frozen=True)
class Selection:
    """`query`: the desk's address without its path. `lead_ids`, if there are any, count instead."""

    query: str
    lead_ids: list[int]

    def leads(self, user: User) -> LeadQuerySet:
        """Those of them that somebody may see, in no order."""
        if self.lead_ids:
            return access.visible_to(user).filter(pk__in=self.lead_ids)
        return LeadFilterForm(QueryDict(self.query)).leads(user)


def in_view(address: QueryDict) -> Selection:
    """What an address of the desk shows; what it does not understand is left out."""
    wanted = LeadFilterForm(address).wanted()
    return Selection(urlencode([(name, str(address[name])) for name in wanted]), [])


def ticked(words: list[str]) -> Selection:
    """The ids of 1 to 100 leads. Raises BadSelection."""
    if not 1 <= len(words) <= MAX_TICKED:
        raise BadSelection(_("Choose 1 to %(count)s leads.") % {"count": MAX_TICKED})
    lead_ids = row_ids(words)
    if lead_ids is None:
        raise BadSelection
    return Selection("", lead_ids)
