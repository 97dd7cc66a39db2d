"""The statements that keep the counts: bounded, each a step of leads/insights/rollups.py."""

import orjson

from leads.insights.measures import MEASURES
from leads.models.lead_choices import Status
from leads.models.lead_event import EventKind

ZONE = "'Asia/Kolkata'"

_COLUMNS = ", ".join(MEASURES)
_DAY_OF_LEAD = f"(lead.created_at AT TIME ZONE {ZONE})::date"

_DETAIL = "data ->> (%(details)s::jsonb ->> kind)"
DETAILS = orjson.dumps(
    {
        EventKind.CALLED.value: "outcome",
        EventKind.CODE_UNDELIVERED.value: "reason",
        EventKind.STATUS_CHANGED.value: "to",
        EventKind.LINK_SENT.value: "channel",
    }
).decode()
"""Which word of an event's data is counted with it, by its kind."""

WORDS = {
    "details": DETAILS,
    "exported": EventKind.EXPORTED.value,
    "do_not_contact": Status.DO_NOT_CONTACT.value,
}
"""What the statements below say of kinds and statuses."""


# What 1.0 has counted until this release took over (leads/insights/carry_over.py); `event` is one.
IS_COUNTED_BY_1_0 = """(
    event.id <= %(carried_over_to)s AND (event.transaction_id, event.id)
        <= (SELECT transaction_id, event_id FROM leads_rollupstate)
)"""
IS_COUNTED = f"(event.id <= %(position)s OR {IS_COUNTED_BY_1_0})"


def _count_events(source: str, *, is_erased: bool) -> str:
    return f"""
    INSERT INTO leads_eventcount AS known (day, kind, detail, actor_id, is_erased, count)
    SELECT (created_at AT TIME ZONE {ZONE})::date, kind, COALESCE(left({_DETAIL}, 32), ''),
           actor_id, {is_erased}, count(*)
    FROM {source}
    GROUP BY 1, 2, 3, 4
    ON CONFLICT (day, kind, detail, actor_id, is_erased)
    DO UPDATE SET count = known.count + excluded.count
    """  # noqa: S608  constants


# Events that are complete (loopin/statements/event_order.py), and that release 1.0 did not count.
# An export writes into every timeline and changes no lead.
FOLLOW = f"""
WITH followed AS MATERIALIZED (
    SELECT id, lead_id, kind, actor_id, data, created_at, {IS_COUNTED_BY_1_0} AS is_counted
    FROM leads_leadevent AS event
    WHERE id > %(position)s AND id <= %(complete)s
    ORDER BY id
    LIMIT %(most)s
), fresh AS MATERIALIZED (
    SELECT * FROM followed WHERE NOT is_counted
), counted AS ({_count_events("fresh", is_erased=False)}
), stale AS (
    INSERT INTO leads_staleday (day)
    SELECT DISTINCT {_DAY_OF_LEAD}
    FROM fresh JOIN leads_lead AS lead ON lead.id = fresh.lead_id
    WHERE fresh.kind <> %(exported)s
    ON CONFLICT DO NOTHING
), last AS (
    SELECT id, created_at FROM followed ORDER BY id DESC LIMIT 1
), moved AS (
    UPDATE leads_rollupstate AS state SET
        position = COALESCE((SELECT id FROM last), state.position),
        as_of = CASE WHEN (SELECT count(*) FROM followed) < %(most)s THEN now()
                     ELSE (SELECT created_at FROM last) END,
        counted_at = now()
)
SELECT count(*) FROM followed
"""  # noqa: S608  constants


def _count_leads(source: str, *, is_erased: bool, factor: int = 1) -> str:
    """`source` has leads as `lead`. `factor`: -1 takes their counts away again."""
    counts = [f"{factor} * count(*) FILTER (WHERE {one})" for one in MEASURES.values()]
    return f"""
    INSERT INTO leads_leadcohort (day, source, country, is_erased, {_COLUMNS})
    SELECT {_DAY_OF_LEAD}, source, country, {is_erased},
       {", ".join(counts)}
    FROM {source}
    GROUP BY 1, 2, 3
    """  # noqa: S608  constants


_LEADS_OF_DAYS = f"""
days CROSS JOIN LATERAL (
    SELECT * FROM leads_lead
    WHERE created_at >= days.day::timestamp AT TIME ZONE {ZONE}
      AND created_at < (days.day + 1)::timestamp AT TIME ZONE {ZONE}
) AS lead
"""  # noqa: S608  constants

RECOUNT = f"""
WITH days AS MATERIALIZED (
    DELETE FROM leads_staleday
    WHERE day IN (SELECT day FROM leads_staleday ORDER BY day DESC LIMIT %(most_days)s)
    RETURNING day
), outdated AS (
    DELETE FROM leads_leadcohort USING days
    WHERE leads_leadcohort.day = days.day AND NOT leads_leadcohort.is_erased
), counted AS ({_count_leads(_LEADS_OF_DAYS, is_erased=False)}
)
SELECT count(*) FROM days
"""  # noqa: S608  constants

# From nothing: the same counts of one day, up to the event that the counts have reached.
DAYS = f"""
SELECT day FROM leads_eventcount UNION SELECT day FROM leads_leadcohort
UNION SELECT (created_at AT TIME ZONE {ZONE})::date FROM leads_leadevent
UNION SELECT (created_at AT TIME ZONE {ZONE})::date FROM leads_lead
ORDER BY day
"""  # noqa: S608  constants
COUNT_EVENTS_OF_DAY = _count_events(
    f"""leads_leadevent AS event
    WHERE created_at >= %(day)s::timestamp AT TIME ZONE {ZONE}
      AND created_at < (%(day)s::date + 1)::timestamp AT TIME ZONE {ZONE} AND {IS_COUNTED}""",
    is_erased=False,
)
COUNT_LEADS_OF_DAY = _count_leads(
    _LEADS_OF_DAYS.replace("days CROSS", "(SELECT %(day)s::date AS day) AS days CROSS"),
    is_erased=False,
)

# Leads that go for good, and the days they were of.
_GONE = "leads_lead AS lead WHERE id = ANY(%(lead_ids)s)"
KEEP_LEADS = _count_leads(_GONE, is_erased=True)
TAKE_BACK_LEADS = _count_leads(_GONE, is_erased=False, factor=-1)
KEEP_EVENTS = _count_events("leads_leadevent WHERE lead_id = ANY(%(lead_ids)s)", is_erased=True)
TAKE_BACK_EVENTS = f"""
WITH gone AS (
    SELECT (created_at AT TIME ZONE {ZONE})::date AS day, kind,
           COALESCE(left({_DETAIL}, 32), '') AS detail, actor_id, count(*) AS count
    FROM leads_leadevent AS event
    WHERE lead_id = ANY(%(lead_ids)s) AND {IS_COUNTED}
    GROUP BY 1, 2, 3, 4
)
UPDATE leads_eventcount AS known SET count = known.count - gone.count
FROM gone
WHERE known.day = gone.day AND known.kind = gone.kind AND known.detail = gone.detail
  AND known.actor_id IS NOT DISTINCT FROM gone.actor_id AND NOT known.is_erased
"""  # noqa: S608  constants
