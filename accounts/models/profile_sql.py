"""The statements that read a profile, complete or not, as the JSON that the API answers.

PostgreSQL writes the JSON, so that nothing is made of a profile in Python and written again: that
costs half of what reading it does. Its times have the form that all others of the API have.
"""

from accounts.models.session_sql import CALLER_COLUMNS, of_live_session

GALLERY = """
CROSS JOIN LATERAL (
    SELECT COALESCE(array_agg(address ORDER BY position, created_at, id), '{}') AS pictures,
           (array_agg(address ORDER BY is_avatar DESC, position, created_at, id))[1] AS avatar
    FROM (SELECT CASE WHEN name = '' THEN url
                      ELSE %(media)s::text || name || '.webp' END AS address,
                 position, created_at, id, is_avatar
          FROM accounts_picture
          WHERE user_id = account.id AND stored_at IS NOT NULL AND discarded_at IS NULL
         ) AS picture
) AS gallery
"""

# A draft is deleted when the profile is complete, and says nothing beside one.
_JOINS = f"""
LEFT JOIN accounts_userprofile AS profile ON profile.user_id = account.id
LEFT JOIN accounts_profiledraft AS draft
    ON draft.user_id = account.id AND profile.user_id IS NULL
{GALLERY}
"""

_ISO_8601 = """'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'"""

# Before a profile is complete it has what its person said so far, at whichever door. A name and an
# e-mail address may come with the account, before any of the profile does.
_PROFILE = f"""(
SELECT row_to_json(known)::text FROM (SELECT
    account.id,
    COALESCE(profile.name, draft.answers->>'name',
             btrim(account.first_name || ' ' || account.last_name)) AS name,
    NULLIF(COALESCE(draft.answers->>'email', account.email), '') AS email,
    account.phone_number,
    NULLIF(COALESCE(profile.bio, draft.answers->>'bio'), '') AS bio,
    NULLIF(COALESCE(profile.location, draft.answers->>'location'), '') AS location,
    COALESCE(to_char(profile.birth_date, 'YYYY-MM-DD'), draft.answers->>'birth_date') AS birth_date,
    COALESCE(NULLIF(COALESCE(profile.avatar, draft.answers->>'avatar'), ''), gallery.avatar)
        AS avatar,
    COALESCE(profile.gender, draft.answers->>'gender') AS gender,
    ARRAY(
        SELECT row_to_json(interest)
        FROM (SELECT id, name, description FROM interests_eventinterest) AS interest
        WHERE id IN (
            SELECT eventinterest_id FROM accounts_userprofile_event_interests
            WHERE userprofile_id = profile.user_id
            UNION ALL
            SELECT jsonb_array_elements_text(draft.answers->'event_interests')::bigint)
        ORDER BY name
    ) AS event_interests,
    gallery.pictures AS profile_pictures,
    account.is_verified,
    account.is_active,
    profile.user_id IS NULL AS needs_profile_completion,
    to_char(COALESCE(profile.created_at, account.date_joined) AT TIME ZONE 'UTC', {_ISO_8601})
        AS created_at,
    to_char(COALESCE(profile.updated_at, GREATEST(account.updated_at, draft.updated_at))
            AT TIME ZONE 'UTC', {_ISO_8601}) AS updated_at
) AS known)"""  # noqa: S608  constants

PROFILE = f"""
SELECT {_PROFILE} FROM accounts_user AS account {_JOINS} WHERE account.id = %(user_id)s
"""  # noqa: S608  constants

CALLER_WITH_PROFILE = of_live_session(f"{CALLER_COLUMNS}, {_PROFILE}", joins=_JOINS)
