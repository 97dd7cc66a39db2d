"""The statements of sessions."""

from accounts.models.message_outage import OPEN_AS_JSON
from loopin.statements.composed import Clause

# The statement that reads a session also notes its use, at most once a minute, and the first use
# of an access token that came with the current refresh token: that answer was not lost.
TOUCH = """
WITH touched AS (
    UPDATE accounts_session
    SET last_used_at = now(),
        is_renewal_unused = is_renewal_unused
                            AND NOT starts_with(refresh_hash, %(generation)s)
    WHERE id = %(session_id)s AND revoked_at IS NULL AND expires_at > now()
      AND (last_used_at <= now() - interval '1 minute'
           OR (is_renewal_unused AND starts_with(refresh_hash, %(generation)s)))
)
"""

CALLER_COLUMNS = "account.id, account.phone_number, account.is_active"


def of_live_session(columns: str, *, joins: str = "") -> str:
    """The statement that reads these columns of a live session (`session`) and its user
    (`account`), and notes that it was used. `joins`: to what else the columns are of."""
    return f"""{TOUCH}
SELECT {columns}
FROM accounts_session AS session
JOIN accounts_user AS account ON account.id = session.user_id {joins}
WHERE session.id = %(session_id)s AND session.revoked_at IS NULL AND session.expires_at > now()
"""  # noqa: S608  constants


CALLER = of_live_session(CALLER_COLUMNS)

# The permissions of `account`; see accounts/staff/auth_backend.py.
PERMISSIONS = """
       CASE WHEN account.is_staff THEN ARRAY(
           SELECT type.app_label || '.' || permission.codename
           FROM auth_permission AS permission
           JOIN django_content_type AS type ON type.id = permission.content_type_id
           WHERE permission.id IN (
               SELECT permission_id FROM accounts_user_user_permissions WHERE user_id = account.id
               UNION ALL
               SELECT granted.permission_id FROM auth_group_permissions AS granted
               JOIN accounts_user_groups AS membership USING (group_id)
               WHERE membership.user_id = account.id)
       ) ELSE '{}' END AS session_permissions
"""

# What staff are told on every page; see accounts/messaging/outages.py.
OUTAGES = f"CASE WHEN account.is_staff THEN {OPEN_AS_JSON} END AS session_outages"

USER = of_live_session(
    f"account.*, session.created_at AS session_created_at, {PERMISSIONS}, {OUTAGES}"
)

# What the answers to staff depend on, of several live sessions at once, in the order of StaffState.
STAFF_STATES = f"""
SELECT session.id::text, account.password, account.is_active, account.is_staff,
       account.is_superuser, {PERMISSIONS}, {OUTAGES}
FROM accounts_session AS session
JOIN accounts_user AS account ON account.id = session.user_id
WHERE session.id = ANY(%(session_ids)s::uuid[]) AND session.revoked_at IS NULL
  AND session.expires_at > now()
"""  # noqa: S608  constants

# Stands before START_SESSION where the user is known.
KNOWN_OWNER = Clause(
    "owner AS (SELECT %(owner_id)s::bigint AS id, TRUE AS is_active)", "owner", ("owner.id",)
)

# Starts a session of `owner`, if the account is active, and writes the line in the security log.
START_SESSION = Clause("""
session AS (
    INSERT INTO accounts_session (id, user_id, device, device_name, ip_address, refresh_hash,
                                  is_by_phone, refresh_parent_hash, created_at, last_used_at,
                                  expires_at)
    SELECT %(session_id)s, owner.id, %(device)s, %(device_name)s, %(ip)s::inet, %(refresh_hash)s,
           %(is_by_phone)s, '', now(), now(), now() + %(lifetime)s
    FROM owner WHERE owner.is_active
    RETURNING id, user_id
), session_event AS (
    INSERT INTO accounts_securityevent (kind, user_id, recipient_hash, ip, session_id, data,
                                        created_at)
    SELECT %(session_kind)s, user_id, %(masked_number)s, %(ip)s::inet, id, '{}', now() FROM session
)
""")

# The successor of a parent is always the same, so an answer that is given again leaves the hashes
# as they are. Of simultaneous callers with one token the first replaces it, and the others, for
# whom PostgreSQL reads the changed row again, present the parent.
ROTATE = """
UPDATE accounts_session AS session
SET refresh_hash = %(successor)s, refresh_parent_hash = %(presented)s, last_used_at = now(),
    refreshed_at = CASE WHEN refresh_hash = %(presented)s OR is_renewal_unused THEN now()
                        ELSE refreshed_at END,
    is_renewal_unused = is_renewal_unused OR refresh_hash = %(presented)s
FROM accounts_user AS account
WHERE session.id = %(session_id)s AND account.id = session.user_id AND account.is_active
  AND (refresh_hash = %(presented)s
       OR (refresh_parent_hash = %(presented)s
           AND (is_renewal_unused OR refreshed_at > now() - %(grace)s)))
  AND session.revoked_at IS NULL AND session.expires_at > now()
RETURNING account.id, account.phone_number, account.is_active
"""
