"""The periodic tasks of the project itself."""

from loopin.background import heartbeat, periodic
from loopin.partitions import months

periodic.register("heartbeat", heartbeat.beat, every_seconds=heartbeat.EVERY_SECONDS)
periodic.register("months of tables", months.keep, every_seconds=months.EVERY_SECONDS)
