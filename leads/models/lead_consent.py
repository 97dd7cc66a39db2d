"""Whose word counts about whether a person may be contacted: the one place that decides it."""

from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from loopin.rules import called


@called("ConsentProof")
class Proof(models.TextChoices):
    """How it is known that the person said yes or no."""

    CLAIMED = "claimed", _("number not proven")
    IMPORT = "import", _("from an imported list")
    STAFF = "staff", _("told to staff")
    PROVEN = "proven", _("number proven")


NOTHING = ""
YES = {proof: f"yes:{proof.value}" for proof in Proof}
NO = {proof: f"no:{proof.value}" for proof in Proof}

STATE = """(CASE WHEN lead.consent_at IS NOT NULL THEN 'yes:'
                     WHEN lead.refused_at IS NOT NULL THEN 'no:' ELSE '' END
                || lead.consent_proof)"""
"""What is known of a lead, as SQL: `NOTHING`, or one of `YES` and `NO`."""

REPLACES: dict[tuple[Proof, bool | None], Collection[str]] = {
    (Proof.PROVEN, True): {NOTHING, *YES.values(), *NO.values()} - {YES[Proof.PROVEN]},
    (Proof.PROVEN, False): {NOTHING, *YES.values(), *NO.values()} - {NO[Proof.PROVEN]},
    (Proof.PROVEN, None): {YES[Proof.CLAIMED]},
    (Proof.STAFF, False): {NOTHING, *YES.values()},
    (Proof.IMPORT, False): {NOTHING, *YES.values()},
    (Proof.IMPORT, True): {NOTHING},
    (Proof.CLAIMED, False): {NOTHING, YES[Proof.CLAIMED], YES[Proof.IMPORT]},
    (Proof.CLAIMED, True): {NOTHING},
}
"""Which states a yes (True), a no (False) or silence (None) takes the place of, by its proof.

No yes but the person's own stands above a no. A claim counts for a number that nobody has proven,
and is never more than a claim: whoever proves the number and says nothing does not confirm a
claimed yes, which ends.
"""


def replaced_by(proof: Proof, answer: bool | None) -> list[str]:
    """The states that this answer takes the place of."""
    return sorted(REPLACES.get((proof, answer), ()))


def needs_proof() -> bool:
    """Whether a yes counts from people alone who have proven the number."""
    return settings.LEAD_CONSENT_PROOF == "proven"
