"""What leads does by itself."""

from leads.flows import stalls
from leads.insights import rollups
from leads.webhooks import delivery
from loopin import work

work.register("webhooks", delivery.run, every_seconds=1)
work.register("stalled leads", stalls.tell, every_seconds=60)
work.register("insights", rollups.refresh, every_seconds=10)
