from leads.models.lead import Lead
from leads.models.lead_event import LeadEvent
from leads.models.lead_note import LeadNote
from leads.models.webhook_delivery import WebhookDelivery
from leads.models.webhook_endpoint import WebhookEndpoint

__all__ = ["Lead", "LeadEvent", "LeadNote", "WebhookDelivery", "WebhookEndpoint"]
