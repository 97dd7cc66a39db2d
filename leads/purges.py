"""What leads keeps only for a time."""

from leads.insights.rollups import erase
from leads.models import Lead
from loopin import purge

purge.register("unverified leads", Lead.objects.past_retention, erase)
