"""Where webhooks come from: the timeline of leads, and the events of people.

An endpoint has a position in each of the two, and one statement a source creates its deliveries and
moves that position (loopin/statements/event_order.py says in which order).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from accounts.models import person_event
from leads.models import lead_event
from leads.models.webhook_types import TYPES_BY_KIND, LeadEventType
from loopin.statements.event_order import EventOrder

_COLLECT = """
WITH batch AS (
    SELECT event.*, endpoint.event_types
    FROM leads_webhookendpoint AS endpoint CROSS JOIN LATERAL (
        SELECT id, {columns} FROM {table}
        WHERE id > endpoint.{position} AND id <= %(complete)s
        ORDER BY id
        LIMIT %(size)s
    ) AS event
    WHERE endpoint.id = %(endpoint_id)s
), delivery AS (
    INSERT INTO leads_webhookdelivery (endpoint_id, {delivery}, event_type, state,
                                       attempts, next_attempt_at, last_error, created_at)
    SELECT %(endpoint_id)s, batch.id, told.type, %(pending)s, 0, now(), '', now()
    FROM batch CROSS JOIN LATERAL unnest({types}) WITH ORDINALITY AS told(type, place)
    WHERE told.type = ANY(batch.event_types)
    ORDER BY batch.id, told.place
    ON CONFLICT DO NOTHING
), last AS (
    SELECT max(id) AS id, count(*) AS size FROM batch HAVING count(*) > 0
)
UPDATE leads_webhookendpoint AS endpoint
SET {position} = last.id
FROM last WHERE endpoint.id = %(endpoint_id)s
RETURNING last.size
"""


@dataclass(frozen=True)
class Source:
    """A table of events, as SQL.

    `columns`: what `types` reads of an event. `types`: the types of an event of `batch`, an array
    in which NULL counts as none. `delivery`: the column of a delivery that names the event.
    `position`: the column of an endpoint. `values`: the parameters of `types`.
    """

    table: str
    order: EventOrder
    columns: str
    types: str
    delivery: str
    position: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_new(self) -> str:
        """A condition on endpoints: there seem to be complete events after its position."""
        is_new = f"id > endpoint.{self.position} AND id <= {self.order.complete_sql}"
        return f"EXISTS (SELECT FROM {self.table} WHERE {is_new})"

    @property
    def collect(self) -> str:
        """Creates the deliveries of the next events of an endpoint, as far as they are `complete`,
        and moves its position."""
        return _COLLECT.format(
            table=self.table,
            columns=self.columns,
            types=self.types,
            delivery=self.delivery,
            position=self.position,
        )


# The first event of a lead created it, because the events of one lead are written one after the
# other, under the lock of its row.
LEADS = Source(
    table="leads_leadevent",
    order=lead_event.ORDER,
    columns="lead_id, kind",
    types="""ARRAY[
        CASE WHEN NOT EXISTS (SELECT FROM leads_leadevent AS earlier
                              WHERE earlier.lead_id = batch.lead_id AND earlier.id < batch.id)
             THEN %(created)s END,
        %(types)s::jsonb ->> batch.kind]""",
    delivery="event_id",
    position="lead_position",
    values={
        "created": LeadEventType.CREATED.value,
        "types": orjson.dumps({k.value: t.value for k, t in TYPES_BY_KIND.items()}).decode(),
    },
)

PEOPLE = Source(
    table="accounts_personevent",
    order=person_event.ORDER,
    columns="kind",
    types="ARRAY[batch.kind]",
    delivery="person_event_id",
    position="person_position",
)

SOURCES = (LEADS, PEOPLE)

_HAS_NEW = " OR ".join(source.has_new for source in SOURCES)
WITH_NEW_EVENTS = f"""
SELECT endpoint.id FROM leads_webhookendpoint AS endpoint WHERE endpoint.is_active AND ({_HAS_NEW})
"""  # noqa: S608  constants
