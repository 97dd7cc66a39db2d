"""The SQL of an import: a step takes as many statements for a thousand rows as for one."""

from typing import Any

from django.conf import settings

from leads.models import lead_consent
from leads.models.lead_choices import Source, Status
from leads.models.lead_consent import STATE, Proof, replaced_by
from leads.models.lead_event import EventKind

CONSENT_VERSION = "import"
"""The version of a consent from a file: the person has read no notice of ours."""

PARAMETERS: dict[str, Any] = {
    "consent_withdrawn": EventKind.CONSENT_WITHDRAWN.value,
    "imported": EventKind.IMPORTED.value,
    "undone": EventKind.IMPORT_UNDONE.value,
    "stalled": EventKind.STALLED.value,
    "source": Source.IMPORT.value,
    "consent_version": CONSENT_VERSION,
    "new": Status.NEW.value,
    "follow_up": Status.FOLLOW_UP.value,
    "do_not_contact": Status.DO_NOT_CONTACT.value,
    "may_be_followed_up": [Status.NEW.value, Status.CONTACTED.value, Status.FOLLOW_UP.value],
    "proof": Proof.IMPORT.value,
    "proven": Proof.PROVEN.value,
    "replaced_by_yes": replaced_by(Proof.IMPORT, True),
    "replaced_by_no": replaced_by(Proof.IMPORT, False),
}
"""The kinds and statuses in the statements below."""


def rules() -> dict[str, Any]:
    """The rules of consent that the settings choose."""
    return {
        "needs_consent": settings.LEAD_CONSENT_REQUIRED,
        "needs_proof": lead_consent.needs_proof(),
    }


STAGE_ROWS = """
INSERT INTO leads_importrow (batch_id, number, phone_number, country, name, email, consent, note,
                             follow_up_at)
SELECT %(batch)s, number, phone_number, country, name, email, consent, note, follow_up_at
FROM jsonb_to_recordset(%(rows)s::jsonb) AS typed(
    number integer, phone_number text, country text, name text, email text, consent boolean,
    note text, follow_up_at timestamptz)
ORDER BY number
ON CONFLICT (batch_id, phone_number) DO UPDATE SET
    name = excluded.name, email = excluded.email, consent = excluded.consent,
    note = excluded.note, follow_up_at = excluded.follow_up_at
"""

_IS_UNWANTED = "(lead.status = %(do_not_contact)s OR lead.refused_at IS NOT NULL)"

# All numbers are one parameter.
COUNT_STANDING = f"""
SELECT count(*) FILTER (WHERE lead.id IS NULL),
       count(*) FILTER (WHERE lead.converted_at IS NULL AND NOT {_IS_UNWANTED}),
       count(*) FILTER (WHERE lead.converted_at IS NOT NULL),
       count(*) FILTER (WHERE lead.converted_at IS NULL AND {_IS_UNWANTED})
FROM unnest(%(phone_numbers)s::text[]) AS typed(phone_number)
LEFT JOIN leads_lead AS lead ON lead.phone_number = typed.phone_number
"""  # noqa: S608  of constants

# Without knowing how many rows wait, PostgreSQL compares each row of a step with each other one.
COUNT_WAITING_ROWS = "ANALYZE leads_importrow"

NEXT_ROWS = """
SELECT * FROM leads_importrow
WHERE batch_id = %(batch)s AND id > %(after)s ORDER BY id LIMIT %(most)s
"""

# Locks the known leads in the order of their numbers, so that two imports cannot deadlock. A "no"
# in the file withdraws consent, whatever was said before.
WITHDRAW_CONSENT = f"""
WITH typed AS MATERIALIZED ({NEXT_ROWS}), known AS (
    SELECT lead.id, typed.consent FROM leads_lead AS lead
    JOIN typed ON typed.phone_number = lead.phone_number
    WHERE lead.converted_at IS NULL
    ORDER BY lead.phone_number FOR NO KEY UPDATE OF lead
), lead AS (
    UPDATE leads_lead AS lead
    SET consent_at = NULL, refused_at = now(), consent_version = '', consent_proof = %(proof)s,
        follow_up_at = NULL
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

_PROVES = "(NOT %(needs_proof)s OR lead.consent_proof = %(proven)s)"

# Somebody who may be called, so that a follow-up makes sense: by what is known, or by the file.
_KNOWN_MAY_BE_CALLED = f"""(
    lead.refused_at IS NULL AND lead.status = ANY(%(may_be_followed_up)s)
    AND (NOT %(needs_consent)s
         OR lead.consent_at IS NOT NULL AND {_PROVES}
         OR typed.consent AND NOT %(needs_proof)s
            AND {STATE} = ANY(%(replaced_by_yes)s::varchar[])))"""
_NEW_MAY_BE_CALLED = """(typed.consent IS NOT FALSE
    AND (NOT %(needs_consent)s OR typed.consent IS TRUE AND NOT %(needs_proof)s))"""

# Fills blank columns of known leads, whose names go into the event so that the import can be
# undone. Customers and people who do not want to be contacted are left alone, except for those who
# say so in this file: a file changes neither that status nor a no. A date that becomes no
# follow-up is a line of the note. The rows that are written are deleted.
WRITE_LEADS = f"""
WITH typed AS MATERIALIZED (
    DELETE FROM leads_importrow AS staged USING ({NEXT_ROWS}) AS next_row
    WHERE staged.id = next_row.id
    RETURNING staged.*
), planned AS MATERIALIZED (
    SELECT typed.*, lead.id IS NOT NULL AS is_known,
           CASE WHEN lead.id IS NULL AND {_NEW_MAY_BE_CALLED} THEN typed.follow_up_at
                WHEN lead.follow_up_at IS NULL AND {_KNOWN_MAY_BE_CALLED} THEN typed.follow_up_at
           END AS follow_up_then,
           array_remove(ARRAY[
               CASE WHEN lead.name = '' AND typed.name <> '' THEN 'name' END,
               CASE WHEN lead.email = '' AND typed.email <> '' THEN 'email' END,
               CASE WHEN typed.consent AND {STATE} = ANY(%(replaced_by_yes)s::varchar[])
                    THEN 'consent' END], NULL) AS filled,
           lead.status AS status_before
    FROM typed LEFT JOIN leads_lead AS lead ON lead.phone_number = typed.phone_number
), lead AS (
    INSERT INTO leads_lead AS lead (phone_number, country, source, status, trouble, name, email,
                                    consent_at, refused_at, consent_version, consent_proof,
                                    follow_up_at, created_at, last_activity_at)
    SELECT phone_number, country, %(source)s,
           CASE WHEN follow_up_then IS NULL THEN %(new)s ELSE %(follow_up)s END, '', name, email,
           CASE WHEN consent THEN now() END,
           CASE WHEN NOT consent THEN now() END,
           CASE WHEN consent THEN %(consent_version)s ELSE '' END,
           CASE WHEN consent IS NULL THEN '' ELSE %(proof)s END, follow_up_then, now(), now()
    FROM planned ORDER BY phone_number
    ON CONFLICT (phone_number) DO UPDATE SET
        name = COALESCE(NULLIF(lead.name, ''), excluded.name),
        email = COALESCE(NULLIF(lead.email, ''), excluded.email),
        consent_at = CASE WHEN {_AGREES} THEN excluded.consent_at ELSE lead.consent_at END,
        consent_version = CASE WHEN {_AGREES} THEN excluded.consent_version
                               ELSE lead.consent_version END,
        consent_proof = CASE WHEN {_AGREES} THEN %(proof)s ELSE lead.consent_proof END,
        follow_up_at = COALESCE(lead.follow_up_at, excluded.follow_up_at),
        status = CASE WHEN lead.follow_up_at IS NULL AND excluded.follow_up_at IS NOT NULL
                      THEN excluded.status ELSE lead.status END,
        last_activity_at = now()
    WHERE lead.converted_at IS NULL AND lead.status <> %(do_not_contact)s
          AND (lead.refused_at IS NULL OR lead.refused_at = now())
    RETURNING id, phone_number, xmax = 0 AS is_fresh, follow_up_at,
              CASE WHEN consent_at = now() THEN TRUE WHEN refused_at = now() THEN FALSE END AS said
), outcome AS (
    SELECT lead.*, planned.filled || CASE WHEN follow_up_then IS NULL THEN '{{}}'::text[]
                                          ELSE '{{follow_up}}'::text[] END AS filled,
           planned.status_before,
           concat_ws(E'\\n', NULLIF(planned.note, ''),
               CASE WHEN planned.follow_up_at IS DISTINCT FROM lead.follow_up_at
                         AND planned.follow_up_at IS NOT NULL
                    THEN %(follow_up_label)s || ' ' || to_char(
                        planned.follow_up_at AT TIME ZONE 'Asia/Kolkata', 'YYYY-MM-DD') END
           ) AS note
    FROM lead JOIN planned ON planned.phone_number = lead.phone_number
), event AS (
    INSERT INTO leads_leadevent (lead_id, kind, actor_id, data)
    SELECT id, %(imported)s, %(actor_id)s,
           jsonb_build_object('batch', %(batch)s::bigint)
           || CASE WHEN said IS NULL THEN '{{}}'
               ELSE jsonb_build_object('contact_consent', said, 'proof', %(proof)s::text) END
           || CASE WHEN is_fresh THEN '{{}}'
               ELSE jsonb_build_object('filled', filled, 'status_before', status_before) END
    FROM outcome
    RETURNING id, lead_id
), note AS (
    INSERT INTO leads_leadnote (lead_id, event_id, text)
    SELECT outcome.id, event.id, left(outcome.note, %(most_of_note)s)
    FROM outcome JOIN event ON event.lead_id = outcome.id
    WHERE outcome.note <> ''
)
SELECT (SELECT count(*) FROM typed),
       (SELECT max(id) FROM typed),
       count(*) FILTER (WHERE is_fresh), count(*) FILTER (WHERE NOT is_fresh),
       (SELECT min(id) FROM event), (SELECT max(id) FROM event)
FROM lead
"""  # noqa: S608  of constants

# The events of an import, in the order of their ids, from one end of it to the other.
NEXT_EVENTS = """
SELECT id, lead_id FROM leads_leadevent
WHERE id > %(after)s AND id <= %(last)s AND kind = %(imported)s
      AND data @> jsonb_build_object('batch', %(batch)s::bigint)
ORDER BY id LIMIT %(most)s
"""

LOCK_LEADS = """
SELECT id FROM leads_lead WHERE id = ANY(%(lead_ids)s) ORDER BY phone_number FOR UPDATE
"""

# What nobody worked on since: no owner, no customer, and nothing in the timeline but that it came
# to a halt, which the clock alone causes. A lead that was exported has left with its number, which
# its timeline has to say for as long as it is kept. Whoever says no in the file stays, so that the
# wish is not forgotten. OFFSET 0 keeps PostgreSQL from joining the whole table, which it does where
# it has not counted the rows since a large import.
UNTOUCHED = """
WITH event AS MATERIALIZED (
    SELECT id, lead_id, data FROM leads_leadevent WHERE id = ANY(%(event_ids)s)
)
SELECT event.id, lead.id, event.data ? 'filled'
FROM event JOIN leads_lead AS lead ON lead.id = event.lead_id
WHERE lead.owner_id IS NULL AND lead.user_id IS NULL
  AND lead.converted_at IS NULL AND lead.phone_number IS NOT NULL
  AND (event.data ? 'filled' OR lead.refused_at IS NULL)
  AND NOT EXISTS (SELECT FROM leads_leadevent AS later
                  WHERE later.lead_id = lead.id AND later.id > event.id
                    AND later.kind <> %(stalled)s OFFSET 0)
"""

EMPTY_FILLED = """
WITH lead AS (
    UPDATE leads_lead AS lead SET
        name = CASE WHEN data -> 'filled' ? 'name' THEN '' ELSE name END,
        email = CASE WHEN data -> 'filled' ? 'email' THEN '' ELSE email END,
        consent_at = CASE WHEN data -> 'filled' ? 'consent' THEN NULL ELSE consent_at END,
        consent_version = CASE WHEN data -> 'filled' ? 'consent' THEN '' ELSE consent_version END,
        consent_proof = CASE WHEN data -> 'filled' ? 'consent' THEN '' ELSE consent_proof END,
        follow_up_at = CASE WHEN data -> 'filled' ? 'follow_up' THEN NULL ELSE follow_up_at END,
        status = CASE WHEN data -> 'filled' ? 'follow_up' THEN data ->> 'status_before'
                      ELSE status END,
        last_activity_at = now()
    FROM leads_leadevent AS event WHERE event.id = ANY(%(event_ids)s) AND lead.id = event.lead_id
    RETURNING lead.id
), note AS (
    DELETE FROM leads_leadnote WHERE event_id = ANY(%(event_ids)s)
)
INSERT INTO leads_leadevent (lead_id, kind, actor_id, data)
SELECT id, %(undone)s, %(actor_id)s, jsonb_build_object('batch', %(batch)s::bigint) FROM lead
"""
