from leads.models.event_count import EventCount
from leads.models.lead import Lead
from leads.models.lead_cohort import LeadCohort
from leads.models.lead_event import LeadEvent
from leads.models.lead_note import LeadNote
from leads.models.rollup_state import RollupState, StaleDay

__all__ = [
    "EventCount",
    "Lead",
    "LeadCohort",
    "LeadEvent",
    "LeadNote",
    "RollupState",
    "StaleDay",
]
