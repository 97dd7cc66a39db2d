"""A guess, from being counted to being right."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.codes import hashing
from accounts.models.rate_counter import verified_key
from loopin.sql import fetch_row

# Counting comes before comparing, in one statement: however many guesses arrive at once, no more
# than `max_attempts` of a code and `daily_guesses` of a number get the hash to compare with.
# `has_budget` is false for a guess that found the number's budget spent: it must not be compared.
CHARGE = """
WITH charged AS (
    UPDATE accounts_phoneotp
    SET attempts = attempts + 1
    WHERE address = %(address)s AND purpose = %(purpose)s AND consumed_at IS NULL
      AND expires_at > now() AND attempts < %(max_attempts)s AND otp_length = %(otp_length)s
    RETURNING id, address, purpose, otp_hash, otp_salt, otp_length, attempts
), budget AS (
    INSERT INTO accounts_guessbudget AS budget (address, guessed_at, short_guesses, guesses,
                                                last_guessed_at)
    SELECT address, ARRAY[now()], (otp_length < %(medium)s)::int, 1, now() FROM charged
    ON CONFLICT (address) DO UPDATE SET
        guessed_at = ARRAY(SELECT t FROM unnest(budget.guessed_at) AS t
                           WHERE t > now() - interval '24 hours') || now(),
        short_guesses = excluded.short_guesses
            + CASE WHEN budget.last_guessed_at > now() - interval '365 days'
                   THEN budget.short_guesses ELSE 0 END,
        guesses = 1 + CASE WHEN budget.last_guessed_at > now() - interval '365 days'
                           THEN budget.guesses ELSE 0 END,
        last_guessed_at = now()
    WHERE cardinality(ARRAY(SELECT t FROM unnest(budget.guessed_at) AS t
                            WHERE t > now() - interval '24 hours')) < %(daily_guesses)s
    RETURNING address
)
SELECT charged.*, now(), EXISTS (SELECT 1 FROM budget) AS has_budget FROM charged
"""

# The right guess is given back to the budget: that guess alone, the wrong ones before it stay.
CONSUME = """
WITH consumed AS (
    UPDATE accounts_phoneotp
    SET consumed_at = now(), is_verified = TRUE
    WHERE id = %(otp_id)s AND otp_hash = %(otp_hash)s AND consumed_at IS NULL
    RETURNING address
), verified AS (
    INSERT INTO accounts_ratecounter AS counter (key, count, expires_at)
    SELECT %(verified_key)s, 1, now() + interval '24 hours' FROM consumed
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN counter.expires_at <= now() THEN 1 ELSE counter.count + 1 END,
        expires_at = GREATEST(counter.expires_at, excluded.expires_at)
), given_back AS (
    UPDATE accounts_guessbudget AS budget
    SET guessed_at = array_remove(guessed_at, %(charged_at)s),
        short_guesses = GREATEST(0, short_guesses - %(is_short)s::int),
        guesses = GREATEST(0, guesses - 1)
    FROM consumed WHERE budget.address = consumed.address
)
SELECT 1 FROM consumed
"""


@dataclass(frozen=True)
class Challenge:
    """A live code of which one more guess has been counted."""

    otp_id: int
    address: str
    purpose: str
    otp_hash: str
    otp_salt: str
    otp_length: int
    attempts: int
    charged_at: datetime

    @property
    def attempts_remaining(self) -> int:
        return settings.OTP_MAX_ATTEMPTS - self.attempts

    def accepts(self, otp_code: str) -> bool:
        """Whether this is the code, compared in constant time."""
        return hashing.is_code(
            otp_code,
            self.otp_hash,
            salt=self.otp_salt,
            purpose=self.purpose,
            address=self.address,
        )

    def consume(self) -> bool:
        """Use the code up; False if another request used or replaced it first."""
        values = {
            "otp_id": self.otp_id,
            "otp_hash": self.otp_hash,
            "charged_at": self.charged_at,
            "is_short": self.otp_length < hashing.MEDIUM_LENGTH,
            "verified_key": verified_key(self.address),
        }
        return fetch_row(CONSUME, values) is not None
