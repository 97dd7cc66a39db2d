"""How the people whom services may know are read: customers who have proven their number."""

from accounts.models.person_event import ORDER
from accounts.models.profile_sql import GALLERY
from accounts.models.user import DELETED_PREFIX

IS_DELETED = f"account.username = '{DELETED_PREFIX}' || account.id"
IS_KNOWN = f"NOT account.is_staff AND (account.is_verified OR {IS_DELETED})"

# Of a profile that is not complete nothing is told: the person is still choosing.
PEOPLE = f"""
SELECT account.id, {IS_DELETED} AS is_deleted, account.updated_at AS deleted_at,
       account.phone_number, account.is_verified, account.is_active,
       COALESCE(profile.name, NULLIF(concat_ws(' ', NULLIF(account.first_name, ''),
                                               NULLIF(account.last_name, '')), '')) AS name,
       NULLIF(account.email, '') AS email, account.is_email_verified,
       profile.user_id IS NULL AS needs_profile_completion,
       NULLIF(profile.location, '') AS location,
       CASE WHEN profile.user_id IS NOT NULL
            THEN COALESCE(NULLIF(profile.avatar, ''), gallery.avatar) END AS avatar,
       ARRAY(SELECT chosen.eventinterest_id FROM accounts_userprofile_event_interests AS chosen
             WHERE chosen.userprofile_id = profile.user_id ORDER BY 1) AS event_interests,
       account.date_joined AS created_at,
       GREATEST(account.updated_at, profile.updated_at) AS updated_at
FROM accounts_user AS account
LEFT JOIN accounts_userprofile AS profile ON profile.user_id = account.id
{GALLERY}
"""  # noqa: S608  constants

BY_IDS = f"{PEOPLE} WHERE account.id = ANY(%(ids)s) AND {IS_KNOWN} ORDER BY account.id"
BY_NUMBER = f"{PEOPLE} WHERE account.phone_number = %(phone_number)s AND {IS_KNOWN}"

# The ids of people who were not deleted, in their own order, for who has none of them yet.
LISTED = f"""
SELECT account.id FROM accounts_user AS account
WHERE account.id > %(after_id)s AND {IS_KNOWN} AND NOT {IS_DELETED}
ORDER BY account.id LIMIT %(size)s
"""  # noqa: S608

# `ending`: the kind of the end of a session, which changes nothing about the person.
EVENTS_AFTER = """
SELECT id, user_id FROM accounts_personevent
WHERE id > %(after_id)s AND id <= %(complete)s AND kind <> %(ending)s
ORDER BY id LIMIT %(size)s
"""

# Of an event that is there, because a server that crashes may draw the ids behind it again.
LAST_COMPLETE = f"""
SELECT COALESCE(max(id), 0) FROM accounts_personevent WHERE id <= {ORDER.complete_sql}
"""  # noqa: S608  constants

# A cursor of release 1.0 is behind an event in the order of transactions, where one with a lower id
# may follow. NULL if that transaction is not one of this server.
CARRIED_OVER = """
SELECT LEAST(%(complete)s, (SELECT min(id) - 1 FROM (
    SELECT id FROM accounts_personevent
    WHERE (transaction_id, id) > (%(transaction_id)s::xid8, %(event_id)s)
    OFFSET 0  -- by the index of that order, not by the one of ids
) AS untold))
WHERE %(transaction_id)s::xid8 <= pg_snapshot_xmax(pg_current_snapshot())
"""
