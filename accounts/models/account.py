"""Accounts as a sign-in needs them: found or created by the statement that uses the code."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models.known_device import DeviceProof
from loopin.statements.composed import Clause

PROVEN_NUMBER = Clause(
    "proven AS (SELECT %(proven_number)s::varchar AS recipient)", "proven", ("proven.recipient",)
)
"""Stands before OWNER where something else than a code proves the number."""

# The account of the number in `proven`, which its owner has just proven: found, or else created.
#
# Nobody deletes the account while its owner signs in: whoever tries waits for the other. Django
# does not know that lock. Of a new account, what is not named here has its default in the database.
# Of several statements that create one at the same time, one does, and the others find neither
# theirs nor its: they are undone, and find it when they run again. Whoever only claimed the number
# has it no longer; `displaced` are their ids.
OWNER = Clause(
    """
existing AS (
    SELECT account.id, account.phone_number, account.is_active, account.email,
           COALESCE(profile.name, draft.answers->>'name') AS name, account.device_generation,
           profile.user_id IS NOT NULL AS has_profile, account.is_verified AS was_verified
    FROM proven
    JOIN accounts_user AS account ON account.phone_number = proven.recipient
    LEFT JOIN accounts_userprofile AS profile ON profile.user_id = account.id
    LEFT JOIN accounts_profiledraft AS draft ON draft.user_id = account.id
    FOR KEY SHARE OF account
), newly_verified AS (
    UPDATE accounts_user AS account SET is_verified = TRUE, claimed_phone_number = ''
    FROM existing WHERE account.id = existing.id AND NOT existing.was_verified
), created AS (
    INSERT INTO accounts_user (username, phone_number, password, is_verified, notice_version)
    SELECT recipient, recipient, %(password)s, TRUE, %(notice_version)s
    FROM proven WHERE NOT EXISTS (SELECT FROM existing)
    ON CONFLICT DO NOTHING
    RETURNING id, phone_number, is_active, email, NULL::text AS name, device_generation,
              FALSE AS has_profile, FALSE AS was_verified
), account AS MATERIALIZED (
    SELECT * FROM existing UNION ALL SELECT * FROM created
), displaced AS (
    UPDATE accounts_user AS claimant SET claimed_phone_number = ''
    FROM account
    WHERE claimant.claimed_phone_number = account.phone_number
      AND claimant.claimed_phone_number <> '' AND claimant.id <> account.id
      AND NOT account.was_verified
    RETURNING claimant.id
), owner AS MATERIALIZED (
    SELECT account.* FROM proven LEFT JOIN account ON TRUE
    WHERE account.id IS NOT NULL OR loopin_refuse('account')
)
""",
    source="owner",
    returned=(
        *("owner.id", "owner.phone_number", "owner.is_active", "TRUE", "owner.email", "owner.name"),
        *("owner.device_generation", "owner.has_profile", "ARRAY(SELECT id FROM displaced)"),
    ),
    may_refuse=True,
)

# Stands behind OWNER, before what receivers of `phone_verified` add.
OF_NEWCOMER = Clause("permitted AS (SELECT id AS user_id, email FROM owner WHERE NOT has_profile)")

NEWCOMER = Clause(
    """
permitted AS (
    SELECT account.id AS user_id, account.email FROM accounts_user AS account
    WHERE account.id = %(newcomer_id)s
      AND NOT EXISTS (SELECT FROM accounts_userprofile WHERE user_id = account.id)
)
""",
    "permitted",
    ("permitted.user_id",),
)
"""The same where the account is known."""


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
