"""The periodic tasks of leads, and the rows that are deleted after their retention."""

from leads.funnel import stalled
from leads.insights import rollups
from leads.models import ImportBatch, ImportMatching, Lead, LeadExport, ResumeLink, WebhookDelivery
from leads.models.lead_queryset import LeadQuerySet
from leads.transfer.importing import leftovers, turns
from leads.webhooks import delivery
from loopin.background import periodic, retention

periodic.register("webhooks", delivery.run, every_seconds=1)
periodic.register("stalled leads", stalled.record_stalled, every_seconds=60)
periodic.register("imports", turns.run, every_seconds=1)
periodic.register("left-over imports", leftovers.delete_all, every_seconds=60)
periodic.register("insights", rollups.refresh, every_seconds=10)

retention.register("unverified leads", Lead.objects.past_retention, rollups.erase)
retention.register(
    "names of people who said no", Lead.objects.details_past_retention, LeadQuerySet.forget_details
)
retention.register("exports", LeadExport.objects.past_retention)
retention.register("imports", ImportBatch.objects.past_retention)
retention.register("columns of imports", ImportMatching.objects.long_unused)
retention.register("links to go on", ResumeLink.objects.long_over)
retention.register("webhook deliveries", WebhookDelivery.objects.long_over)
