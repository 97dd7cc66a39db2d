"""What leads keeps only for a time."""

from leads.models import ImportBatch, Lead, LeadExport, ResumeLink
from leads.models.lead_queryset import LeadQuerySet
from loopin import purge

purge.register("unverified leads", Lead.objects.past_retention, LeadQuerySet.erase)
purge.register("exports", LeadExport.objects.past_retention)
purge.register("imports", ImportBatch.objects.past_retention)
purge.register("links to go on", ResumeLink.objects.long_over)
