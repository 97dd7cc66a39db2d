"""What leads does every so often, and which of its rows are kept only for a time."""

from leads.funnel import stalled
from leads.insights import rollups
from leads.models import ImportBatch, Lead, LeadExport, ResumeLink, WebhookDelivery
from leads.webhooks import delivery
from loopin.background import periodic, retention

periodic.register("webhooks", delivery.run, every_seconds=1)
periodic.register("stalled leads", stalled.tell, every_seconds=60)
periodic.register("insights", rollups.refresh, every_seconds=10)

retention.register("unverified leads", Lead.objects.past_retention, rollups.erase)
retention.register("exports", LeadExport.objects.past_retention)
retention.register("imports", ImportBatch.objects.past_retention)
retention.register("links to go on", ResumeLink.objects.long_over)
retention.register("webhook deliveries", WebhookDelivery.objects.long_over)
