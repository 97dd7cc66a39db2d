"""The tables of leads, and how their rows change; values that are no rows belong to their flows."""

from leads.models.agent_shift import AgentShift
from leads.models.import_batch import ImportBatch
from leads.models.import_matching import ImportMatching
from leads.models.import_piece import ImportPiece
from leads.models.import_row import ImportRow, RefusedRow
from leads.models.insights import EventCount, LeadCohort, RollupState, StaleDay
from leads.models.lead import Lead
from leads.models.lead_event import LeadEvent
from leads.models.lead_export import LeadExport
from leads.models.lead_note import LeadNote
from leads.models.lead_search import LeadSearch
from leads.models.resume_link import ResumeLink
from leads.models.saved_view import SavedView
from leads.models.suppressed_number import SuppressedNumber
from leads.models.webhook_delivery import WebhookDelivery
from leads.models.webhook_endpoint import WebhookEndpoint

__all__ = [
    "AgentShift",
    "EventCount",
    "ImportBatch",
    "ImportMatching",
    "ImportPiece",
    "ImportRow",
    "Lead",
    "LeadCohort",
    "LeadEvent",
    "LeadExport",
    "LeadNote",
    "LeadSearch",
    "RefusedRow",
    "ResumeLink",
    "RollupState",
    "SavedView",
    "StaleDay",
    "SuppressedNumber",
    "WebhookDelivery",
    "WebhookEndpoint",
]
