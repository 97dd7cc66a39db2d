"""What accounts has read when Prometheus asks."""

from collections.abc import Iterator

from django.utils import timezone

from accounts.messaging import outages
from accounts.models.message_outage import OutageChannel
from loopin.metrics import readings
from loopin.metrics.declarations import Label, ReadGauge, Sample

OUTAGE = ReadGauge(
    "loopin_message_outage_seconds",
    "For how long messages have not left; 0 while they do.",
    Label("channel", "how they are sent", (*OutageChannel.values,)),
)


def _read_outages() -> Iterator[Sample]:
    now = timezone.now()
    ages = {one.channel: (now - one.began_at).total_seconds() for one in outages.open_outages()}
    for channel in OutageChannel:
        yield OUTAGE.sample(max(0, ages.get(channel, 0)), channel.value)


readings.register("outages", _read_outages)
