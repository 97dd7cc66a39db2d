"""Actions on many leads. Each lead is changed in its own transaction, so that a refusal of one
stops no other."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import User
from leads import access
from leads.access import Action
from leads.actions.claim import assign
from leads.actions.status import change_status
from leads.errors import AgentNotFound
from leads.models import Lead
from leads.models.lead_choices import Status
from loopin.errors import LoopinError, ServerError
from loopin.logs.error_location import location_of

logger = logging.getLogger(__name__)

MAX_LEADS = 100


@dataclass
class Outcome:
    """How many leads changed, and why the others did not."""

    changed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        """`12 changed, 2 not: Sita works on this lead. (2)`."""
        if not self.reasons:
            return _("%(changed)s changed.") % {"changed": self.changed}
        why = " ".join(f"{reason} ({count})" for reason, count in self.reasons.most_common())
        counts = {"changed": self.changed, "others": self.reasons.total(), "reasons": why}
        return _("%(changed)s changed, %(others)s not: %(reasons)s") % counts


def assign_all(lead_ids: Iterable[int], agent_id: int, *, actor: User) -> Outcome:
    """Assign leads to an agent. Raises NotPermitted or AgentNotFound."""
    access.require(actor, Action.ASSIGN)
    agent = User.objects.filter(pk=agent_id).first()
    if agent is None or not agent.is_active or not access.may(agent, Action.SEE):
        raise AgentNotFound
    return _each(lead_ids, lambda lead_id: assign(lead_id, agent, actor=actor))


def change_all(lead_ids: Iterable[int], status: Status, *, actor: User) -> Outcome:
    """Set the status of leads. Raises NotPermitted."""
    access.require(actor, Action.WORK)
    return _each(lead_ids, lambda lead_id: change_status(lead_id, status, actor=actor))


def _each(lead_ids: Iterable[int], change: Callable[[int], Lead]) -> Outcome:
    outcome = Outcome()
    for lead_id in sorted(lead_ids):
        try:
            change(lead_id)
        except LoopinError as error:
            outcome.reasons[str(error.page_message)] += 1
        except Exception as error:  # the leads before this one are changed, which has to be told
            logger.error("Lead %d was not changed: %s", lead_id, location_of(error))  # noqa: TRY400
            outcome.reasons[str(ServerError().page_message)] += 1
        else:
            outcome.changed += 1
    return outcome
