"""What leads keeps only for a time."""

from leads.insights.rollups import erase
from leads.models import ImportBatch, Lead, LeadExport, ResumeLink, WebhookDelivery
from loopin import purge

purge.register("unverified leads", Lead.objects.past_retention, erase)
purge.register("exports", LeadExport.objects.past_retention)
purge.register("imports", ImportBatch.objects.past_retention)
purge.register("links to go on", ResumeLink.objects.long_over)
purge.register("webhook deliveries", WebhookDelivery.objects.long_over)
