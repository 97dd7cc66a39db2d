"""The statements that write a lead together with the line in its timeline: both or neither."""

# A lead moves forward only: what is known stays known, and a customer is left alone. Consent that
# nobody spoke of (NULL) stays as it was.
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

# What is true of a code or a message; `delivered` and `attempted` are known from then on.
NOTE = """
WITH lead AS (
    UPDATE leads_lead SET
        last_activity_at = now(),
        delivered_at = CASE WHEN %(is_delivered)s THEN COALESCE(delivered_at, now())
                            ELSE delivered_at END,
        attempted_at = CASE WHEN %(is_attempted)s THEN COALESCE(attempted_at, now())
                            ELSE attempted_at END,
        trouble = CASE WHEN %(is_delivered)s AND trouble = 'not_delivered' THEN ''
                       ELSE COALESCE(NULLIF(%(trouble)s, ''), trouble) END
    WHERE phone_number = %(phone_number)s AND converted_at IS NULL
    RETURNING id
)
INSERT INTO leads_leadevent (lead_id, kind, data)
SELECT id, %(kind)s, %(data)s::jsonb FROM lead
"""

# Steps that are corrected have their line already.
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

RENAME = """
WITH lead AS (
    UPDATE leads_lead SET name = %(name)s, email = %(email)s WHERE user_id = %(user_id)s
    RETURNING id
)
INSERT INTO leads_leadevent (lead_id, kind, data) SELECT id, %(kind)s, '{}' FROM lead
"""

CONSENT = """
WITH lead AS (
    UPDATE leads_lead SET
        consent_at = CASE WHEN %(is_given)s THEN COALESCE(consent_at, now()) END,
        consent_version = CASE WHEN %(is_given)s THEN %(version)s ELSE '' END
    WHERE user_id = %(user_id)s AND (consent_at IS NOT NULL) <> %(is_given)s
    RETURNING id
)
INSERT INTO leads_leadevent (lead_id, kind, data)
SELECT id, %(kind)s, %(data)s::jsonb FROM lead
"""

# What stays says how people came and how far, but not who.
FORGET = """
WITH lead AS (
    UPDATE leads_lead SET phone_number = NULL, user_id = NULL, name = '', email = '',
                          owner_id = NULL, lease_ends_at = NULL, revealed_at = NULL,
                          follow_up_at = NULL, consent_at = NULL, consent_version = '',
                          last_activity_at = now()
    WHERE user_id = %(user_id)s OR phone_number = %(phone_number)s
    RETURNING id
), notes AS (
    DELETE FROM leads_leadnote USING lead WHERE leads_leadnote.lead_id = lead.id
)
INSERT INTO leads_leadevent (lead_id, kind, actor_id, data)
SELECT id, %(kind)s, %(actor_id)s, '{}' FROM lead
"""

# Somebody asked for a code with a number that a customer has since moved to: it is one person.
GIVE_UP_NUMBER = """
WITH lead AS (
    UPDATE leads_lead SET phone_number = NULL, owner_id = NULL, lease_ends_at = NULL,
                          revealed_at = NULL, follow_up_at = NULL, last_activity_at = now()
    WHERE phone_number = %(phone_number)s AND user_id IS DISTINCT FROM %(user_id)s
    RETURNING id
)
INSERT INTO leads_leadevent (lead_id, kind, data) SELECT id, %(kind)s, '{}' FROM lead
"""

TAKE_NUMBER = """
WITH lead AS (
    UPDATE leads_lead
    SET phone_number = %(phone_number)s, country = %(country)s, revealed_at = NULL,
        last_activity_at = now()
    WHERE user_id = %(user_id)s
    RETURNING id
)
INSERT INTO leads_leadevent (lead_id, kind, data) SELECT id, %(kind)s, '{}' FROM lead
"""

# Of simultaneous claims one finds the lead free; the others find its holder.
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

# A halt is no activity, so `last_activity_at` stays. The conditions are those of the index
# `lead_may_stall`.
STALL = """
WITH silent AS (
    SELECT id FROM leads_lead
    WHERE last_activity_at < now() - %(silence)s
      AND converted_at IS NULL AND phone_number IS NOT NULL
      AND NOT (status IN ('lost', 'do_not_contact'))
      AND (stalled_at IS NULL OR stalled_at < last_activity_at)
    ORDER BY last_activity_at
    LIMIT %(size)s
    FOR NO KEY UPDATE SKIP LOCKED
), lead AS (
    UPDATE leads_lead SET stalled_at = now() FROM silent WHERE leads_lead.id = silent.id
    RETURNING leads_lead.id
)
INSERT INTO leads_leadevent (lead_id, kind, data) SELECT id, %(kind)s, '{}' FROM lead
"""
