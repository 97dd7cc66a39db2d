from leads.models.lead import Lead
from leads.models.lead_event import LeadEvent
from leads.models.lead_note import LeadNote
from leads.models.saved_view import SavedView

__all__ = ["Lead", "LeadEvent", "LeadNote", "SavedView"]
