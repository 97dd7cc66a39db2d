"""The SQL of an import, which takes as many statements for ten thousand leads as for one."""

from leads.models.lead_choices import GIVEN_UP, Source, Status
from leads.models.lead_consent import STATE, Proof, replaced_by
from leads.models.lead_event import EventKind
from leads.models.lead_status import Actor

CONSENT_VERSION = "import"
"""The version of a consent from a file: the person has read no notice of ours."""

PARAMETERS = {
    "consent_withdrawn": EventKind.CONSENT_WITHDRAWN.value,
    "imported": EventKind.IMPORTED.value,
    "source": Source.IMPORT.value,
    "consent_version": CONSENT_VERSION,
    "new": Status.NEW.value,
    "follow_up": Status.FOLLOW_UP.value,
    "given_up": GIVEN_UP,
    "proof": Proof.IMPORT.value,
    "status_actor": Actor.IMPORT.value,
    "replaced_by_yes": replaced_by(Proof.IMPORT, True),
    "replaced_by_no": replaced_by(Proof.IMPORT, False),
}
"""The kinds and statuses in the statements below."""

# All numbers are one parameter.
KNOWN_NUMBERS = """
SELECT phone_number, converted_at IS NOT NULL FROM leads_lead WHERE phone_number = ANY(%s)
"""

# Ten thousand leads take 2 s, and on a busy server more than other statements are allowed to take.
# The timeout applies to this transaction only. Statuses change at the word of the list.
LONGER_TIMEOUT = """
SELECT set_config('statement_timeout', '30s', TRUE),
       set_config('loopin.status_actor', %(status_actor)s, TRUE)
"""

NUMBERS = """
SELECT typed.phone_number FROM leads_importbatch AS batch,
    jsonb_to_recordset(batch.leads) AS typed(phone_number text)
WHERE batch.id = %s
"""

# A number whose person was deleted counts as one with a "no". Nobody who says no is called back.
BATCH_ROWS = """
SELECT typed.phone_number, typed.country, typed.name, typed.email, said.consent, typed.note,
       CASE WHEN said.consent IS NOT FALSE THEN typed.follow_up END AS follow_up
FROM leads_importbatch AS batch,
    jsonb_to_recordset(batch.leads) AS typed(
        phone_number text, country text, name text, email text, consent boolean, note text,
        follow_up timestamptz),
    LATERAL (SELECT CASE WHEN typed.phone_number = ANY(%(suppressed)s::varchar[]) THEN FALSE
                         ELSE typed.consent END) AS said(consent)
WHERE batch.id = %(batch)s
"""

# Locks the known leads in the order of their numbers, so that two imports cannot deadlock. A "no"
# in the file withdraws consent, whatever was said before.
WITHDRAW_CONSENT = f"""
WITH typed AS MATERIALIZED ({BATCH_ROWS}), known AS (
    SELECT lead.id, typed.consent FROM leads_lead AS lead
    JOIN typed ON typed.phone_number = lead.phone_number
    WHERE lead.converted_at IS NULL
    ORDER BY lead.phone_number FOR NO KEY UPDATE OF lead
), lead AS (
    UPDATE leads_lead AS lead
    SET consent_at = NULL, refused_at = now(), consent_version = '', consent_proof = %(proof)s
    FROM known WHERE lead.id = known.id AND NOT known.consent
                 AND {STATE} = ANY(%(replaced_by_no)s::varchar[])
    RETURNING lead.id
)
INSERT INTO leads_leadevent (lead_id, kind, actor_id, data)
SELECT id, %(consent_withdrawn)s, %(actor_id)s,
       jsonb_build_object('batch', %(batch)s::bigint, 'proof', %(proof)s::text)
FROM lead
"""  # noqa: S608  of constants

_AGREES = f"(excluded.consent_at IS NOT NULL AND {STATE} = ANY(%(replaced_by_yes)s::varchar[]))"

# Fills blank columns of known leads, and does not change customers. The wish not to be contacted
# stays: a file changes neither that status nor a no. The batch is emptied, because the leads have
# its content.
WRITE_LEADS = f"""
WITH typed AS MATERIALIZED ({BATCH_ROWS}), lead AS (
    INSERT INTO leads_lead AS lead (phone_number, country, source, status, trouble, name, email,
                                    consent_at, refused_at, consent_version, consent_proof,
                                    follow_up_at, created_at, last_activity_at)
    SELECT phone_number, country, %(source)s,
           CASE WHEN follow_up IS NULL THEN %(new)s ELSE %(follow_up)s END, '', name, email,
           CASE WHEN consent THEN now() END,
           CASE WHEN NOT consent THEN now() END,
           CASE WHEN consent THEN %(consent_version)s ELSE '' END,
           CASE WHEN consent IS NULL THEN '' ELSE %(proof)s END, follow_up, now(), now()
    FROM typed ORDER BY phone_number
    ON CONFLICT (phone_number) DO UPDATE SET
        name = COALESCE(NULLIF(lead.name, ''), excluded.name),
        email = COALESCE(NULLIF(lead.email, ''), excluded.email),
        consent_at = CASE WHEN {_AGREES} THEN excluded.consent_at ELSE lead.consent_at END,
        consent_version = CASE WHEN {_AGREES} THEN excluded.consent_version
                               ELSE lead.consent_version END,
        consent_proof = CASE WHEN {_AGREES} THEN %(proof)s ELSE lead.consent_proof END,
        follow_up_at = CASE WHEN lead.status = ANY(%(given_up)s) OR lead.refused_at IS NOT NULL
                            THEN lead.follow_up_at
                            ELSE COALESCE(lead.follow_up_at, excluded.follow_up_at) END,
        status = CASE WHEN lead.status = ANY(%(given_up)s) OR lead.refused_at IS NOT NULL
                        OR excluded.follow_up_at IS NULL
                      THEN lead.status ELSE excluded.status END,
        last_activity_at = now()
    WHERE lead.converted_at IS NULL
    RETURNING id, phone_number, xmax = 0 AS is_fresh,
              CASE WHEN consent_at = now() THEN TRUE WHEN refused_at = now() THEN FALSE END AS said
), event AS (
    INSERT INTO leads_leadevent (lead_id, kind, actor_id, data)
    SELECT id, %(imported)s, %(actor_id)s,
           jsonb_build_object('batch', %(batch)s::bigint) || CASE WHEN said IS NULL THEN '{{}}'
               ELSE jsonb_build_object('contact_consent', said, 'proof', %(proof)s::text) END
    FROM lead
    RETURNING id, lead_id
), note AS (
    INSERT INTO leads_leadnote (lead_id, event_id, text)
    SELECT lead.id, event.id, typed.note
    FROM lead JOIN event ON event.lead_id = lead.id
              JOIN typed ON typed.phone_number = lead.phone_number
    WHERE typed.note <> ''
), counted AS (
    SELECT count(*) FILTER (WHERE is_fresh) AS fresh,
           count(*) FILTER (WHERE NOT is_fresh) AS merged
    FROM lead
)
UPDATE leads_importbatch AS batch SET leads = '[]', fresh = counted.fresh, merged = counted.merged
FROM counted WHERE batch.id = %(batch)s
RETURNING batch.fresh, batch.merged
"""  # noqa: S608  of constants
