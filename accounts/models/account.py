"""Accounts as a sign-in needs them: read and created in one statement each."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models.known_device import DeviceProof

# Nobody deletes the account while its owner signs in: whoever tries waits for the other. Django
# does not know this lock.
KEEP_ACCOUNT = """
SELECT account.id, account.phone_number, account.is_active, account.is_verified, account.email,
       COALESCE(profile.name, draft.answers->>'name'), account.device_generation,
       profile.user_id IS NOT NULL
FROM accounts_user AS account
LEFT JOIN accounts_userprofile AS profile ON profile.user_id = account.id
LEFT JOIN accounts_profiledraft AS draft ON draft.user_id = account.id
WHERE account.phone_number = %s
FOR KEY SHARE OF account
"""

# What is not named here has its default in the database. Whoever only claimed the number has it no
# longer; `displaced` are their ids. No claim is empty, which is the condition of the index: without
# that condition a plan for all values reads every user, so PostgreSQL would make one each time.
CREATE = """
WITH account AS (
    INSERT INTO accounts_user (username, phone_number, password, is_verified, notice_version)
    VALUES (%(phone_number)s, %(phone_number)s, %(password)s, TRUE, %(notice_version)s)
    ON CONFLICT DO NOTHING
    RETURNING id, phone_number, is_active, is_verified, email, NULL, device_generation,
              FALSE
), displaced AS (
    UPDATE accounts_user SET claimed_phone_number = ''
    WHERE claimed_phone_number = %(phone_number)s AND claimed_phone_number <> ''
    RETURNING id
)
SELECT account.*, ARRAY(SELECT id FROM displaced) FROM account
"""


@dataclass(frozen=True)
class Account:
    """What signing in needs to know of a user.

    `phone_number` is None until one is verified, `name` is None while it is not known.
    `has_profile`: whether the profile is complete.
    """

    pk: int
    phone_number: str | None
    is_active: bool
    is_verified: bool
    email: str
    name: str | None
    device_generation: int
    has_profile: bool
    displaced_ids: Sequence[int] = ()
    """The accounts that claimed the number until its owner proved it just now."""

    @property
    def device_proof(self) -> DeviceProof:
        """What a device proves that signs in to this account."""
        return DeviceProof(self.pk, self.device_generation)
