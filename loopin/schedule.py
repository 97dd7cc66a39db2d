"""The periodic tasks of the project itself."""

from loopin.background import heartbeat, periodic

periodic.register("heartbeat", heartbeat.beat, every_seconds=heartbeat.EVERY_SECONDS)
