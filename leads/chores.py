"""What leads does by itself."""

from leads.funnel import stalled
from leads.insights import rollups
from leads.webhooks import delivery
from loopin import work

work.register("webhooks", delivery.run, every_seconds=1)
work.register("stalled leads", stalled.tell, every_seconds=60)
work.register("insights", rollups.refresh, every_seconds=10)
