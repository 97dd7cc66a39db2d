"""The SQL of every sign-up and claim: each statement writes a lead together with its event.
`LeadQuerySet.record` writes rarer changes through the ORM."""

# A lead only moves forward: known columns stay known, and a customer is not changed. NULL leaves
# the consent as it was.
ADVANCE = """
WITH lead AS (
    INSERT INTO leads_lead AS lead (phone_number, country, source, status, trouble, name, email,
                                    user_id, verified_at, converted_at, consent_at, consent_version,
                                    created_at, last_activity_at)
    VALUES (%(phone_number)s, %(country)s, %(source)s, %(status)s, %(trouble)s, %(name)s, %(email)s,
            %(user_id)s, CASE WHEN %(is_verified)s THEN now() END,
            CASE WHEN %(is_converted)s THEN now() END,
            CASE WHEN %(consent)s::boolean THEN now() END,
            CASE WHEN %(consent)s::boolean THEN %(consent_version)s ELSE '' END, now(), now())
    ON CONFLICT (phone_number) DO UPDATE SET
        user_id = COALESCE(excluded.user_id, lead.user_id),
        name = COALESCE(NULLIF(excluded.name, ''), lead.name),
        email = COALESCE(NULLIF(excluded.email, ''), lead.email),
        trouble = COALESCE(NULLIF(excluded.trouble, ''), lead.trouble),
        verified_at = COALESCE(lead.verified_at, excluded.verified_at),
        converted_at = excluded.converted_at,
        follow_up_at = CASE WHEN excluded.converted_at IS NULL THEN lead.follow_up_at END,
        status = CASE WHEN excluded.converted_at IS NULL THEN lead.status ELSE excluded.status END,
        consent_at = CASE WHEN %(consent)s::boolean IS NULL THEN lead.consent_at
                          WHEN %(consent)s::boolean THEN COALESCE(lead.consent_at, now()) END,
        consent_version = CASE WHEN %(consent)s::boolean IS NULL THEN lead.consent_version
                               ELSE excluded.consent_version END,
        last_activity_at = now()
    WHERE lead.converted_at IS NULL
    RETURNING id, xmax = 0 AS is_fresh
), event AS (
    INSERT INTO leads_leadevent (lead_id, kind, actor_id, data)
    SELECT id, %(kind)s, %(actor_id)s, %(data)s::jsonb FROM lead
)
SELECT id, is_fresh FROM lead
"""

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

# Of simultaneous claims one finds the lead free; the others find its owner.
CLAIM = """
WITH lead AS (
    UPDATE leads_lead
    SET owner_id = %(actor_id)s, claimed_at = now(), lease_ends_at = now() + %(lease)s,
        revealed_at = NULL, last_activity_at = now()
    WHERE id = %(lead_id)s AND converted_at IS NULL AND phone_number IS NOT NULL
      AND (owner_id IS NULL OR lease_ends_at <= now())
    RETURNING id
)
INSERT INTO leads_leadevent (lead_id, kind, actor_id, data)
SELECT id, %(kind)s, %(actor_id)s, '{}' FROM lead
RETURNING lead_id
"""
