"""A site after a year: people who came evenly through it, by a few large statements.

Of ten, six have a complete profile, one is verified, and three never typed their code. Each has a
lead with its timeline. Triggers and references are the product's.
"""

from collections.abc import Iterator

from django.db import connection, transaction

from benchmarks.people import PROFILE
from loopin.sql import execute

DAYS = 365
CHUNK = 20_000
"""People a transaction: the references that it checks at its end fit into memory."""

# A prime walks through the block in long steps, as people from everywhere would.
COME = """
CREATE TEMPORARY TABLE coming ON COMMIT DROP AS
SELECT n, '+9160' || lpad((n * 61803401 %% 100000000)::text, 8, '0') AS number,
       now() - %(days)s * interval '1 day' * (1 - n::float8 / %(all)s) AS came,
       n %% 10 < 7 AS is_verified, n %% 10 < 6 AS is_complete,
       'asha' || n || '@example.com' AS email, NULL::bigint AS user_id, NULL::bigint AS lead_id
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""

STATEMENTS = [
    """
WITH account AS (
    INSERT INTO accounts_user (password, username, phone_number, is_verified, email, date_joined,
                               updated_at)
    SELECT '!' || md5(n::text), number, number, TRUE,
           CASE WHEN is_complete THEN email ELSE '' END, came, came
    FROM coming WHERE is_verified
    RETURNING id, phone_number
)
UPDATE coming SET user_id = account.id FROM account WHERE number = phone_number
""",
    """
WITH lead AS (
    INSERT INTO leads_lead (phone_number, country, source, status, trouble, name, email, user_id,
                            consent_version, delivered_at, attempted_at, verified_at, converted_at,
                            created_at, last_activity_at)
    SELECT number, 'IN', 'api', CASE WHEN is_complete THEN 'converted' ELSE 'new' END, '',
           CASE WHEN is_complete THEN %(name)s ELSE '' END,
           CASE WHEN is_complete THEN email ELSE '' END, user_id, '', came, came,
           CASE WHEN is_verified THEN came END, CASE WHEN is_complete THEN came END, came, came
    FROM coming
    RETURNING id, phone_number
)
UPDATE coming SET lead_id = lead.id FROM lead WHERE number = phone_number
""",
    """
INSERT INTO leads_leadevent (lead_id, kind, data, created_at)
SELECT lead_id, kind, '{"source": "api"}', came FROM coming CROSS JOIN unnest(CASE
    WHEN is_complete THEN ARRAY['code_requested', 'code_delivered', 'phone_verified',
                                'profile_completed']
    WHEN is_verified THEN ARRAY['code_requested', 'code_delivered', 'phone_verified']
    ELSE ARRAY['code_requested', 'code_delivered'] END) AS kind
""",
    """
INSERT INTO accounts_userprofile (user_id, name, birth_date, gender, avatar, bio, location,
                                  created_at, updated_at)
SELECT user_id, %(name)s, %(birth_date)s::date, %(gender)s, '', %(bio)s, %(location)s, came, came
FROM coming WHERE is_complete
""",
    """
INSERT INTO accounts_userprofile_event_interests (userprofile_id, eventinterest_id)
SELECT user_id, interest FROM coming CROSS JOIN unnest(%(event_interests)s::bigint[]) AS interest
WHERE is_complete
""",
    """
INSERT INTO accounts_picture (id, user_id, url, name, source_hash, position, is_avatar, width,
                              height, created_at, stored_at)
SELECT gen_random_uuid(), user_id, url, '', '', place, place = 1, 0, 0, came, came
FROM coming CROSS JOIN unnest(%(profile_pictures)s::text[]) WITH ORDINALITY AS picture(url, place)
WHERE is_complete
""",
    """
INSERT INTO accounts_session (id, user_id, device, device_name, ip_address, refresh_hash,
                              is_by_phone, refresh_parent_hash, created_at, last_used_at,
                              expires_at)
SELECT gen_random_uuid(), user_id, '', '', '203.0.113.7', encode(sha256(number::bytea), 'hex'),
       TRUE, '', came, came, came + interval '30 days'
FROM coming WHERE is_verified
""",
    """
INSERT INTO accounts_securityevent (kind, user_id, recipient_hash, ip, data, created_at)
SELECT 'signed_in', user_id, left(encode(sha256(number::bytea), 'hex'), 16), '203.0.113.7', '{}',
       came
FROM coming WHERE is_verified
""",
    """
INSERT INTO accounts_guessbudget (recipient_hash, is_known_device, spent, last_guessed_at)
SELECT encode(sha256(number::bytea), 'hex'), FALSE, 0, came FROM coming WHERE is_verified
""",
    # Codes and counters are swept after a day, and people ask for more than those who sign up.
    """
INSERT INTO accounts_phoneotp (recipient, purpose, is_known_device, otp_hash, otp_salt, otp_length,
                               attempts, sends, is_verified, created_at, sent_at, expires_at)
SELECT number, 'sign_in', FALSE, encode(sha256(number::bytea), 'hex'), md5(number), 4, 0, 1, FALSE,
       came, came, came + interval '10 min'
FROM coming WHERE came > now() - interval '10 days'
""",
    """
INSERT INTO accounts_ratecounter (key, count, expires_at)
SELECT rule || md5(number), 1, now() + interval '12 hours'
FROM coming CROSS JOIN unnest('{send:,send_prefix:,send_ip:,pending_ip:}'::text[]) AS rule
WHERE came > now() - interval '10 days'
""",
]


def fill(people: int) -> None:
    """Make so many people. Takes some minutes for a million."""
    for first, last in _chunks(people):
        values = PROFILE | {"days": DAYS, "all": people, "first": first, "last": last}
        with transaction.atomic():
            execute("SELECT set_config('statement_timeout', '0', TRUE)", [])
            execute(COME, values)
            for statement in STATEMENTS:
                execute(statement, values)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")


def _chunks(people: int) -> Iterator[tuple[int, int]]:
    for first in range(1, people + 1, CHUNK):
        yield first, min(first + CHUNK - 1, people)
