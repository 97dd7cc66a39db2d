"""The figures keep up by themselves."""

from leads.insights.rollups import refresh
from loopin import work

work.register("insights", refresh, every_seconds=10)
