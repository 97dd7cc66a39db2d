"""A desk after a busy year: leads and their timelines, by a few large statements.

Constraints, indexes, generated columns and the trigger of the timeline are those of the product.
Only the checks of foreign keys are passed over while it is filled, since every key is known.
"""

import time
from collections.abc import Iterator

from django.contrib.auth.models import Group
from django.db import connection, transaction

from accounts.models import User
from loopin.sql import execute, fetch_row

AGENTS = 60
DAYS = 365
CHUNK = 20_000
"""Leads a transaction: what they and their events need fits into memory."""

# A large step that shares no factor with the block walks through all of its numbers.
LEADS = """
INSERT INTO leads_lead (phone_number, country, source, status, trouble, name, email, owner_id,
                        claimed_at, lease_ends_at, follow_up_at, first_contacted_at, consent_at,
                        consent_version, refused_at, delivered_at, attempted_at, verified_at,
                        converted_at, created_at, last_activity_at)
SELECT CASE country WHEN 'IN' THEN '+91' || (6000000000 + n * 61803401 %% 4000000000)
                    WHEN 'US' THEN '+1' || (2000000000 + n * 61803401 %% 8000000000)
                    WHEN 'GB' THEN '+44' || (7000000000 + n * 61803401 %% 1000000000)
                    ELSE '+971' || (500000000 + n * 61803401 %% 100000000) END,
       country, source,
       CASE WHEN reached >= 4 THEN 'converted' WHEN fate < 0.45 THEN 'new'
            WHEN fate < 0.7 THEN 'contacted' WHEN fate < 0.8 THEN 'follow_up'
            WHEN fate < 0.97 THEN 'lost' ELSE 'do_not_contact' END,
       CASE WHEN reached >= 3 THEN '' WHEN reached = 0 AND fate < 0.6 THEN 'not_delivered'
            WHEN reached = 2 AND fate < 0.7 THEN 'wrong_code' WHEN fate > 0.95 THEN 'rate_limited'
            WHEN fate > 0.9 THEN 'expired' ELSE '' END,
       CASE WHEN reached >= 4 THEN initcap(given) || ' ' || initcap(family) ELSE '' END,
       CASE WHEN reached >= 4 THEN given || '.' || family || n || '@example.com' ELSE '' END,
       CASE WHEN is_claimed THEN agent END, CASE WHEN is_claimed THEN now() END,
       CASE WHEN is_claimed THEN now() + (1 + fate * 20) * interval '1 hour' END,
       CASE WHEN reached < 4 AND fate BETWEEN 0.7 AND 0.8
            THEN now() + (fate - 0.74) * interval '100 days' END,
       CASE WHEN reached < 4 AND fate > 0.45 THEN came + pace * interval '90 min' END,
       CASE WHEN consents AND NOT refuses THEN came END,
       CASE WHEN consents AND NOT refuses THEN '2026-11' ELSE '' END,
       CASE WHEN refuses THEN came END,
       CASE WHEN reached >= 1 THEN came + pace * interval '9 s' END,
       CASE WHEN reached >= 2 THEN came + pace * interval '50 s' END,
       CASE WHEN reached >= 3 THEN came + pace * pace * interval '15 min' END,
       CASE WHEN reached >= 4 THEN came + pace * pace * interval '40 min' END,
       came, LEAST(now(), came + pace * interval '9 days')
FROM (
    SELECT n, random() AS fate, random() AS pace, random() < 0.8 AS consents,
           now() - %(days)s * interval '1 day' * (1 - n::float8 / %(all)s) AS came,
           (ARRAY[0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4])
               [1 + floor(random() * 20)::int] AS reached,
           (ARRAY['IN', 'IN', 'IN', 'IN', 'IN', 'IN', 'IN', 'US', 'GB', 'AE'])
               [1 + floor(random() * 10)::int] AS country,
           (ARRAY['api', 'api', 'api', 'web', 'web', 'import'])
               [1 + floor(random() * 6)::int] AS source,
           (ARRAY['asha', 'ravi', 'priya', 'arjun', 'meera', 'kabir', 'anaya', 'vihaan', 'diya',
                  'rohan', 'sara', 'ishaan'])[1 + floor(random() * 12)::int] AS given,
           (ARRAY['rao', 'sharma', 'iyer', 'khan', 'patel', 'singh', 'das', 'nair', 'bose', 'gupta',
                  'mehta', 'reddy'])[1 + floor(random() * 12)::int] AS family,
           (%(agents)s::bigint[])[1 + floor(random() * cardinality(%(agents)s::bigint[]))::int]
               AS agent,
           random() < 0.05 AND n > %(all)s * 0.9 AS is_claimed
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
) AS drawn CROSS JOIN LATERAL (SELECT reached < 4 AND fate >= 0.97) AS said(refuses)
ORDER BY n
"""

# What the person did comes within minutes, what staff did within days.
EVENTS = """
INSERT INTO leads_leadevent (lead_id, kind, actor_id, data, created_at)
SELECT id, kind, CASE WHEN kind IN ('claimed', 'called', 'noted', 'status_changed', 'revealed')
                      THEN (%(agents)s::bigint[])[1 + id %% cardinality(%(agents)s::bigint[])] END,
       CASE kind WHEN 'called' THEN jsonb_build_object('outcome',
                     (ARRAY['reached', 'no_answer', 'busy', 'wrong_number'])[1 + (id + step) %% 4])
                 WHEN 'status_changed' THEN '{"from": "new", "to": "contacted"}'
                 WHEN 'code_undelivered' THEN '{"reason": "undeliverable"}'
                 WHEN 'code_requested' THEN jsonb_build_object('source', source)
                 ELSE '{}' END,
       LEAST(now(), created_at + CASE WHEN step <= 5 THEN step * interval '40 s'
                                      ELSE (step - 5) * interval '11 hours' END)
FROM (
    SELECT lead.*, step,
           CASE WHEN step = 1 THEN 'code_requested'
                WHEN step = 2 THEN CASE stage WHEN 'requested' THEN 'code_undelivered'
                                              ELSE 'code_delivered' END
                WHEN step = 3 AND attempted_at IS NOT NULL THEN 'code_refused'
                WHEN step = 4 AND verified_at IS NOT NULL THEN 'phone_verified'
                WHEN step = 5 AND converted_at IS NOT NULL THEN 'profile_completed'
                WHEN step < 6 THEN 'code_requested'
                WHEN converted_at IS NOT NULL THEN 'profile_changed'
                ELSE (ARRAY['claimed', 'revealed', 'called', 'noted', 'called', 'status_changed'])
                     [1 + step %% 6] END AS kind
    FROM leads_lead AS lead
    CROSS JOIN generate_series(1, (%(events_each)s + (lead.id %% 5) - 2)::int) AS step
    WHERE lead.id BETWEEN %(first)s AND %(last)s
) AS told
ORDER BY created_at + step * interval '1 min'
"""


def fill(leads: int, events: int) -> float:
    """Make the leads with so many events in all, roughly; returns the seconds that took."""
    began = time.monotonic()
    agents = _agents()
    for first, last in _chunks(leads):
        values = {"first": first, "last": last, "all": leads, "agents": agents, "days": DAYS}
        with transaction.atomic():
            execute("SELECT set_config('statement_timeout', '0', TRUE)", [])
            execute(LEADS, values)
            execute("SET LOCAL session_replication_role = replica", [])  # no check of each key
            execute(EVENTS, values | {"events_each": max(3, events // leads)})
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")
    return time.monotonic() - began


def size() -> tuple[int, int, int]:
    """Leads, events, and the MiB of the database."""
    row = fetch_row(
        "SELECT (SELECT count(*) FROM leads_lead), (SELECT count(*) FROM leads_leadevent),"
        " pg_database_size(current_database()) >> 20",
        [],
    )
    assert row is not None
    return row[0], row[1], row[2]


def _agents() -> list[int]:
    role = Group.objects.get(name="Sales agent")
    agents = [User(username=f"agent{number}", is_staff=True) for number in range(AGENTS)]
    for agent in agents:
        agent.set_unusable_password()
    made = User.objects.bulk_create(agents)
    role.user_set.set(made)
    return [agent.pk for agent in made]


def _chunks(leads: int) -> Iterator[tuple[int, int]]:
    for first in range(1, leads + 1, CHUNK):
        yield first, min(first + CHUNK - 1, leads)
