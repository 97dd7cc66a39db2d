"""Reads for the metrics how far behind the readers of events are, and what waits to be sent."""

from collections.abc import Iterator

from leads.models.webhook_endpoint import State
from leads.models.webhook_sources import SOURCES
from loopin.metrics import readings
from loopin.metrics.declarations import Label, ReadGauge, Sample
from loopin.sql import fetch_row, fetch_rows

WEBHOOKS, INSIGHTS = "webhooks", "insights"

READER_LAG = ReadGauge(
    "loopin_reader_lag_seconds",
    "The age of the oldest event that a reader of the timeline has not followed yet; 0 for none.",
    Label("reader", f"`{WEBHOOKS}`: the slowest endpoint; `{INSIGHTS}`: the figures"),
)
WEBHOOKS_WAITING = ReadGauge(
    "loopin_webhooks_waiting", "Webhooks that are not delivered yet, to endpoints that are on."
)
OLDEST_WEBHOOK = ReadGauge(
    "loopin_webhook_oldest_seconds",
    "The age of the oldest webhook that waits to be delivered; 0 for none.",
)
WEBHOOK_OVERDUE = ReadGauge(
    "loopin_webhook_overdue_seconds",
    "For how long a webhook waits whose next attempt is due and not made; 0 for none.",
)

_ENDPOINTS = "leads_webhookendpoint AS reader"
_IS_RECEIVING = """reader.is_active AND (reader.service_id IS NULL OR EXISTS (
    SELECT FROM accounts_user WHERE id = reader.service_id AND is_active))"""

_OLDEST = """
SELECT %s, EXTRACT(EPOCH FROM now() - event.created_at)
FROM {reader} CROSS JOIN LATERAL (
    SELECT created_at FROM {table} WHERE id > reader.{position} ORDER BY id LIMIT 1
) AS event
"""

_READERS = " UNION ALL ".join(
    [
        *(
            f"""{_OLDEST.format(reader=_ENDPOINTS, table=one.table, position=one.position)}
                WHERE {_IS_RECEIVING}"""
            for one in SOURCES
        ),
        _OLDEST.format(
            reader="leads_rollupstate AS reader", table="leads_leadevent", position="position"
        ),
    ]
)

_WEBHOOKS = f"""
SELECT count(*), COALESCE(EXTRACT(EPOCH FROM now() - min(delivery.created_at)), 0),
       GREATEST(0, COALESCE(EXTRACT(EPOCH FROM now() - min(delivery.next_attempt_at)), 0))
FROM leads_webhookdelivery AS delivery
JOIN {_ENDPOINTS} ON reader.id = delivery.endpoint_id
WHERE delivery.state = %s AND {_IS_RECEIVING}
"""  # noqa: S608  constants


def _read_lags() -> Iterator[Sample]:
    lags = {WEBHOOKS: 0.0, INSIGHTS: 0.0}
    names = [*(WEBHOOKS for _ in SOURCES), INSIGHTS]
    for reader, seconds in fetch_rows(_READERS, names):
        lags[reader] = max(lags[reader], float(seconds))
    for reader, lag in lags.items():
        yield READER_LAG.sample(lag, reader)


def _read_webhooks() -> Iterator[Sample]:
    row = fetch_row(_WEBHOOKS, [State.PENDING])
    gauges = (WEBHOOKS_WAITING, OLDEST_WEBHOOK, WEBHOOK_OVERDUE)
    for gauge, value in zip(gauges, row or (), strict=True):
        yield gauge.sample(value)


readings.register("readers", _read_lags)
readings.register("webhooks", _read_webhooks)
