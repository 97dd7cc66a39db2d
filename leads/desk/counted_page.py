"""A page together with how many leads its view has: found once where they are few, and in the order
of an index where they are many.

For a page alone PostgreSQL walks an index in the order of the page and stops after 51 matches.
Where few leads match, it walks through all leads, because it cannot know where the matches lie: a
million of them took a second and more. To be counted, few matches are collected anyway, up to the
cap. So they are collected once, and sorted; only if there are more, an index is walked, which then
finds 51 soon.
"""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Model, QuerySet

from accounts.models import User
from leads.desk.paging import ORDERS, Page, after_cursor, page_from, position_of
from leads.models import Lead
from leads.models.lead_queryset import LeadQuerySet
from loopin.replica.reads import from_replica
from loopin.replica.router import read_alias
from loopin.sql import fetch_rows, without_prepared_plans

# Only the branch that is taken runs.
PAGE = """
WITH matching (id, moment) AS MATERIALIZED ({matching}), found AS (
    SELECT count(*) AS total, CASE WHEN count(*) > %(cap)s THEN ARRAY({walked}) ELSE ARRAY(
        SELECT id FROM matching
        WHERE %(moment)s::timestamptz IS NULL OR (moment, id) < (%(moment)s, %(id)s)
        ORDER BY moment DESC, id DESC LIMIT %(limit)s
    ) END AS ids
    FROM matching
)
SELECT {lead}, {owner}, found.total
FROM found
JOIN leads_lead AS lead ON lead.id = ANY(found.ids)
LEFT JOIN accounts_user AS owner ON owner.id = lead.owner_id
ORDER BY lead.{field} DESC, lead.id DESC
"""


def _columns(model: type[Model], alias: str) -> str:
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


LEAD, OWNER = _columns(Lead, "lead"), _columns(User, "owner")


@from_replica
@without_prepared_plans()
def counted_page_of(leads: LeadQuerySet, cursor: str, *, field: str, size: int, cap: int) -> Page:
    """Like `paging.page_of`, with the number of all leads, counted up to one above the cap. One
    statement."""
    moment, lead_id = position_of(cursor) or (None, None)
    own = {"cap": cap, "limit": size + 1, "moment": moment, "id": lead_id}
    ids = after_cursor(leads, cursor, field=field).order_by(*ORDERS[field]).values("pk")
    try:
        matching = _with_names("matching", leads.order_by().values("pk", field)[: cap + 1])
        walked = _with_names("walked", ids[: size + 1])
    except EmptyResultSet:
        return page_from([], field=field, size=size)
    statement = PAGE.format(
        matching=matching[0], walked=walked[0], lead=LEAD, owner=OWNER, field=field
    )
    rows = fetch_rows(statement, own | matching[1] | walked[1])
    total = rows[0][-1] if rows else 0
    return page_from([_lead(row) for row in rows], field=field, size=size, capped_total=total)


def _with_names(prefix: str, leads: QuerySet[Any, Any]) -> tuple[str, dict[str, Any]]:
    """The statement of a queryset with named parameters."""
    sql, values = leads.query.sql_with_params()
    named = {f"{prefix}_{number}": value for number, value in enumerate(values)}
    return sql % tuple(f"%({name})s" for name in named), named


def _lead(row: tuple[Any, ...]) -> Lead:
    alias, count = read_alias(), len(Lead._meta.concrete_fields)
    lead: Lead = _instance(Lead, alias, row[:count])
    if lead.owner_id is not None:
        lead.owner = _instance(User, alias, row[count:-1])
    return lead


def _instance(model: Any, alias: str, values: tuple[Any, ...]) -> Any:
    return model.from_db(alias, [field.attname for field in model._meta.concrete_fields], values)
