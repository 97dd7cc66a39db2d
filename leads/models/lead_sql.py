"""The SQL of every sign-up and claim: each statement writes a lead together with its event.
`LeadQuerySet.record` writes rarer changes through the ORM."""

from leads.models.lead_consent import STATE
from loopin.statements.composed import Clause

# What is said of a number that nobody has proven is not said of one that somebody has.
_COUNTS = f"""({STATE} = ANY(%(replaced)s::varchar[])
             AND (lead.verified_at IS NULL OR NOT %(is_claim)s))"""

# A lead only moves forward: known columns stay known, and a customer is not changed. What was only
# claimed gives way to what the person says who proves the number. leads/models/lead_consent.py says
# which consent takes the place of which. `told` is the no of somebody who was deleted, above which
# stands their own yes alone. Whatever the status becomes, the person did it, by a proof or by a
# complete profile. It is a part of the statement of what the person did, or stands alone behind
# PERMITTED.
_ADVANCE = f"""
lead AS (
    INSERT INTO leads_lead AS lead (phone_number, country, source, status, trouble, name, email,
                                    user_id, verified_at, converted_at, consent_at, refused_at,
                                    consent_version, consent_proof, created_at, last_activity_at)
    SELECT %(phone_number)s, %(country)s, %(source)s, %(status)s, %(trouble)s, %(name)s, {{email}},
           {{user_id}}, CASE WHEN %(is_verified)s THEN now() END,
           CASE WHEN %(is_converted)s THEN now() END,
           CASE WHEN %(consent)s::boolean AND told.digest IS NULL THEN now() END,
           COALESCE(told.refused_at, CASE WHEN NOT %(consent)s::boolean THEN now() END),
           CASE WHEN told.digest IS NULL THEN %(consent_version)s ELSE '' END,
           COALESCE(told.proof, %(consent_proof)s), now(), now()
    FROM permitted
    CROSS JOIN (
        SELECT CASE WHEN %(is_proof)s OR %(is_converted)s
                    THEN set_config('loopin.status_actor', %(status_actor)s, TRUE) END
    ) AS named
    LEFT JOIN leads_suppressednumber AS told
        ON told.digest = %(digest)s AND NOT (%(is_proof)s AND COALESCE(%(consent)s::boolean, FALSE))
    ON CONFLICT (phone_number) DO UPDATE SET
        user_id = COALESCE(excluded.user_id, lead.user_id),
        name = CASE WHEN excluded.name <> '' OR %(is_proof)s AND lead.is_name_claimed
                    THEN excluded.name ELSE lead.name END,
        email = CASE WHEN excluded.email <> '' OR %(is_proof)s AND lead.is_name_claimed
                     THEN excluded.email ELSE lead.email END,
        is_name_claimed = lead.is_name_claimed AND NOT %(is_proof)s AND excluded.name = '',
        trouble = COALESCE(NULLIF(excluded.trouble, ''), lead.trouble),
        verified_at = COALESCE(lead.verified_at, excluded.verified_at),
        converted_at = excluded.converted_at,
        follow_up_at = CASE WHEN excluded.converted_at IS NULL THEN lead.follow_up_at END,
        status = CASE WHEN excluded.converted_at IS NOT NULL
                        OR %(is_proof)s AND %(consent)s::boolean AND lead.status = %(no_contact)s
                      THEN excluded.status ELSE lead.status END,
        consent_at = CASE WHEN {_COUNTS} THEN excluded.consent_at ELSE lead.consent_at END,
        refused_at = CASE WHEN {_COUNTS} THEN excluded.refused_at ELSE lead.refused_at END,
        consent_version = CASE WHEN {_COUNTS} THEN excluded.consent_version
                               ELSE lead.consent_version END,
        consent_proof = CASE WHEN {_COUNTS} THEN excluded.consent_proof
                             ELSE lead.consent_proof END,
        last_activity_at = now()
    WHERE lead.converted_at IS NULL
    RETURNING id, xmax = 0 AS is_fresh
), event AS (
    INSERT INTO leads_leadevent (lead_id, kind, actor_id, data)
    SELECT id, %(kind)s, %(actor_id)s, %(data)s::jsonb || CASE WHEN %(is_unconfirmed)s AND EXISTS (
        SELECT FROM leads_lead AS lead
        WHERE lead.phone_number = %(phone_number)s AND {STATE} = ANY(%(replaced)s::varchar[])
    ) THEN '{{"is_unconfirmed": true}}' ELSE '{{}}'::jsonb END FROM lead
)
"""  # noqa: S608  of constants


def _advance(user_id: str, email: str) -> Clause:
    """`user_id`, `email`: the account as SQL."""
    sql = _ADVANCE.replace("{user_id}", user_id).replace("{email}", email)
    return Clause(sql, source="lead", returned=("lead.id", "lead.is_fresh"))


ADVANCE = _advance("%(user_id)s", "%(email)s")
ADVANCE_OF_PERMITTED = _advance("permitted.user_id", "permitted.email")

# Records whether a person may be contacted, if this takes the place of what is known.
ANSWER = f"""
WITH answered AS (
    UPDATE leads_lead AS lead
    SET consent_at = CASE WHEN %(consent)s THEN now() END,
        refused_at = CASE WHEN %(consent)s THEN NULL ELSE now() END,
        consent_version = %(consent_version)s, consent_proof = %(consent_proof)s,
        status = CASE WHEN %(consent)s AND NOT %(is_claim)s AND status = %(no_contact)s
                      THEN %(status)s ELSE status END
    FROM (SELECT set_config('loopin.status_actor', %(status_actor)s, TRUE)) AS named
    WHERE (lead.phone_number = %(phone_number)s OR lead.user_id = %(user_id)s) AND {_COUNTS}
    RETURNING id
)
INSERT INTO leads_leadevent (lead_id, kind, data)
SELECT id, %(kind)s, %(data)s::jsonb FROM answered
RETURNING lead_id
"""  # noqa: S608  of constants

# Records an event of a code or a message, and when one was first delivered or tried.
NOTE = """
WITH lead AS (
    UPDATE leads_lead SET
        last_activity_at = now(),
        delivered_at = CASE WHEN %(is_delivered)s THEN COALESCE(delivered_at, now())
                            ELSE delivered_at END,
        attempted_at = CASE WHEN %(is_attempted)s THEN COALESCE(attempted_at, now())
                            ELSE attempted_at END,
        trouble = CASE WHEN %(is_delivered)s AND trouble = %(not_delivered)s THEN ''
                       ELSE COALESCE(NULLIF(%(trouble)s, ''), trouble) END
    WHERE phone_number = %(phone_number)s AND converted_at IS NULL
    RETURNING id
)
INSERT INTO leads_leadevent (lead_id, kind, data)
SELECT id, %(kind)s, %(data)s::jsonb FROM lead
"""

# A step that is corrected has its event already.
STEP = """
WITH lead AS (
    UPDATE leads_lead
    SET profile_step = %(number)s, name = COALESCE(NULLIF(%(name)s, ''), name),
        email = COALESCE(NULLIF(%(email)s, ''), email),
        is_name_claimed = is_name_claimed AND %(name)s = '',
        last_activity_at = now()
    WHERE phone_number = %(phone_number)s AND converted_at IS NULL
    RETURNING id
)
INSERT INTO leads_leadevent (lead_id, kind, data)
SELECT id, %(kind)s::varchar, %(data)s::jsonb FROM lead
WHERE NOT EXISTS (SELECT FROM leads_leadevent AS earlier
                  WHERE earlier.lead_id = lead.id AND earlier.kind = %(kind)s::varchar
                    AND earlier.data = %(data)s::jsonb)
"""

# Of simultaneous claims one finds the lead free; the others find its owner. A follow-up that nobody
# promised, which came with a list, is a promise of whoever claims the lead.
CLAIM = """
WITH lead AS (
    UPDATE leads_lead
    SET owner_id = %(actor_id)s, claimed_at = now(), lease_ends_at = now() + %(lease)s,
        revealed_at = NULL, last_activity_at = now(),
        promised_by_id = COALESCE(promised_by_id,
                                  CASE WHEN follow_up_at IS NOT NULL THEN %(actor_id)s::bigint END)
    WHERE id = %(lead_id)s AND converted_at IS NULL AND phone_number IS NOT NULL
      AND (owner_id IS NULL OR lease_ends_at <= now())
    RETURNING id
)
INSERT INTO leads_leadevent (lead_id, kind, actor_id, data)
SELECT id, %(kind)s, %(actor_id)s, '{}' FROM lead
RETURNING lead_id
"""
