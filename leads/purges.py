"""What leads keeps only for a time."""

from leads.models import Lead, ResumeLink
from leads.models.lead_queryset import LeadQuerySet
from loopin import purge

purge.register("unverified leads", Lead.objects.past_retention, LeadQuerySet.erase)
purge.register("links to go on", ResumeLink.objects.long_over)
