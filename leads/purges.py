"""What leads keeps only for a time."""

from leads.models import Lead, WebhookDelivery
from leads.models.lead_queryset import LeadQuerySet
from loopin import purge

purge.register("unverified leads", Lead.objects.past_retention, LeadQuerySet.erase)
purge.register("webhook deliveries", WebhookDelivery.objects.long_over)
