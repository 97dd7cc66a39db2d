from collections.abc import Iterable

from django.db import models
from django.db.models.functions import Now

from leads.models.lead_consent import Proof
from loopin.crypto.keyed_hash import keyed_hash
from loopin.sql import execute

# The first no stays: whoever is deleted twice said it then.
SUPPRESS = """
INSERT INTO leads_suppressednumber (digest, proof, refused_at) VALUES (%s, %s, now())
ON CONFLICT (digest) DO NOTHING
"""


def digest_of(phone_number: str) -> str:
    """A keyed hash of a number (E.164): nobody reads the number from it without `SECRET_KEY`."""
    return keyed_hash("leads.suppressed", phone_number)


class SuppressedNumberQuerySet(models.QuerySet["SuppressedNumber"]):
    def suppress(self, phone_number: str, proof: Proof) -> None:
        """Remember that the person of a deleted number does not want to be contacted."""
        execute(SUPPRESS, [digest_of(phone_number), proof.value])

    def among(self, phone_numbers: Iterable[str]) -> list[str]:
        """Those of the numbers that are suppressed. One statement."""
        by_digest = {digest_of(number): number for number in phone_numbers}
        found = self.filter(digest__in=by_digest).values_list("digest", flat=True)
        return [by_digest[digest] for digest in found]


class SuppressedNumber(models.Model):
    """The no of a person who was deleted, so that no list and no stranger brings them back.

    It has neither the number nor who it was: a list is compared by the hashes of its numbers. The
    person's own yes, with the number proven, counts all the same.
    """

    digest = models.CharField(primary_key=True, max_length=64, editable=False)
    proof = models.CharField(max_length=8, choices=Proof, editable=False)
    refused_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SuppressedNumberQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Suppressed number {self.digest[:6]}"
