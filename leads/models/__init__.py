from leads.models.agent_shift import AgentShift
from leads.models.lead import Lead
from leads.models.lead_event import LeadEvent
from leads.models.lead_note import LeadNote
from leads.models.resume_link import ResumeLink

__all__ = ["AgentShift", "Lead", "LeadEvent", "LeadNote", "ResumeLink"]
