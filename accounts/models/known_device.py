"""What a device proves that has signed in before, and the SQL that tells whether it counts."""

from dataclasses import dataclass

REVOKE_DEVICES = """
UPDATE accounts_user SET device_generation = device_generation + 1 WHERE id = %s
RETURNING device_generation
"""

# Part of other statements. An e-mail address counts for the one account that signs in with it,
# because anybody may put any address into a profile.
IS_KNOWN_DEVICE = """EXISTS (
    SELECT 1 FROM accounts_user AS owner
    WHERE owner.id = %(proof_user_id)s AND owner.device_generation = %(proof_generation)s
      AND owner.is_active
      AND (owner.phone_number = %(recipient)s OR lower(owner.email) = %(recipient)s
           AND owner.password NOT LIKE '!%%' AND NOT owner.is_staff))"""


@dataclass(frozen=True)
class DeviceProof:
    """The device signed in to this account, in this generation of the account's devices.

    It proves nothing of other accounts, nor after the generation was increased.
    """

    user_id: int
    generation: int


def proof_parameters(proof: DeviceProof | None) -> dict[str, int | None]:
    """The parameters of `IS_KNOWN_DEVICE`, but for `recipient`."""
    return {
        "proof_user_id": proof.user_id if proof else None,
        "proof_generation": proof.generation if proof else None,
    }
