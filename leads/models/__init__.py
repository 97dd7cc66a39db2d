from leads.models.lead import Lead
from leads.models.lead_event import LeadEvent

__all__ = ["Lead", "LeadEvent"]
