"""Where webhooks come from: the timeline of leads, and the events of people.

An endpoint has a position in each of the two, and one statement a source creates its deliveries and
moves that position (loopin/event_order.py says in which order).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from leads.models.webhook_types import TYPES_BY_KIND, LeadEventType
from loopin.event_order import IN_ORDER, IS_COMPLETE, LAST_FIRST, is_after

_COLLECT = """
WITH batch AS (
    SELECT event.*, endpoint.event_types
    FROM leads_webhookendpoint AS endpoint CROSS JOIN LATERAL (
        SELECT {in_order}, {columns} FROM {table}
        WHERE {is_new}
        ORDER BY {in_order}
        LIMIT %(size)s
    ) AS event
    WHERE endpoint.id = %(endpoint_id)s
), delivery AS (
    INSERT INTO leads_webhookdelivery (endpoint_id, {delivery}, event_type, state,
                                       attempts, next_attempt_at, last_error, created_at)
    SELECT %(endpoint_id)s, batch.id, told.type, %(pending)s, 0, now(), '', now()
    FROM batch CROSS JOIN LATERAL unnest({types}) WITH ORDINALITY AS told(type, place)
    WHERE told.type = ANY(batch.event_types)
    ORDER BY batch.transaction_id, batch.id, told.place
    ON CONFLICT DO NOTHING
), last AS (
    SELECT {in_order}, count(*) OVER () AS size FROM batch ORDER BY {last_first} LIMIT 1
)
UPDATE leads_webhookendpoint AS endpoint
SET {transaction_id} = last.transaction_id, {event_id} = last.id
FROM last WHERE endpoint.id = %(endpoint_id)s
RETURNING last.size
"""


@dataclass(frozen=True)
class Source:
    """A table of events, as SQL.

    `columns`: what `types` reads of an event. `types`: the types of an event of `batch`, an array
    in which NULL counts as none. `delivery`: the column of a delivery that names the event.
    `position`: the two columns of an endpoint. `values`: the parameters of `types`.
    """

    table: str
    columns: str
    types: str
    delivery: str
    position: tuple[str, str]
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_new(self) -> str:
        """A condition on events: they are complete, and the endpoint has not read them yet."""
        after = is_after(*(f"endpoint.{column}" for column in self.position))
        return f"{after} AND {IS_COMPLETE}"

    @property
    def collect(self) -> str:
        """Creates the deliveries of the next events of an endpoint, and moves its position."""
        transaction_id, event_id = self.position
        return _COLLECT.format(
            table=self.table,
            columns=self.columns,
            is_new=self.is_new,
            types=self.types,
            delivery=self.delivery,
            transaction_id=transaction_id,
            event_id=event_id,
            in_order=IN_ORDER,
            last_first=LAST_FIRST,
        )


# The first event of a lead created it, because the events of one lead are written one after the
# other, under the lock of its row.
LEADS = Source(
    table="leads_leadevent",
    columns="lead_id, kind",
    types="""ARRAY[
        CASE WHEN NOT EXISTS (SELECT FROM leads_leadevent AS earlier
                              WHERE earlier.lead_id = batch.lead_id AND earlier.id < batch.id)
             THEN %(created)s END,
        %(types)s::jsonb ->> batch.kind]""",
    delivery="event_id",
    position=("lead_transaction_id", "lead_event_id"),
    values={
        "created": LeadEventType.CREATED.value,
        "types": orjson.dumps({k.value: t.value for k, t in TYPES_BY_KIND.items()}).decode(),
    },
)

PEOPLE = Source(
    table="accounts_personevent",
    columns="kind",
    types="ARRAY[batch.kind]",
    delivery="person_event_id",
    position=("person_transaction_id", "person_event_id"),
)

SOURCES = (LEADS, PEOPLE)

_HAS_NEW = " OR ".join(
    f"EXISTS (SELECT FROM {source.table} WHERE {source.is_new})" for source in SOURCES
)
WITH_NEW_EVENTS = f"""
SELECT endpoint.id FROM leads_webhookendpoint AS endpoint WHERE endpoint.is_active AND ({_HAS_NEW})
"""  # noqa: S608  constants
