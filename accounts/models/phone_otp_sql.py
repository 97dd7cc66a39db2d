"""The statements that issue a code, count a guess at it, and mark it as used, one each."""

# A fresh challenge for a recipient, unless the last one is too young. `replaced` locks the row
# before it reads it, so what it returns is exactly what the new challenge overwrote. While the last
# code lives, whoever asks again from the same network keeps what they said with it.
ISSUE = """
WITH replaced AS (
    UPDATE accounts_phoneotp AS otp
    SET otp_hash = %(otp_hash)s, otp_salt = %(otp_salt)s, otp_length = %(otp_length)s,
        attempts = 0, is_verified = FALSE,
        claims = CASE WHEN previous.consumed_at IS NULL AND previous.expires_at > now()
                       AND previous.claims->>'requester' = %(claims)s::jsonb->>'requester'
                      THEN previous.claims ELSE '{}' END || %(claims)s::jsonb,
        sends = CASE WHEN previous.consumed_at IS NULL
                      AND previous.sent_at > now() - interval '24 hours'
                     THEN previous.sends + 1 ELSE 1 END,
        created_at = now(), sent_at = now(), consumed_at = NULL,
        expires_at = now() + make_interval(secs => %(lifetime)s)
    FROM (
        SELECT * FROM accounts_phoneotp
        WHERE recipient = %(recipient)s AND purpose = %(purpose)s
        FOR UPDATE
    ) AS previous
    WHERE otp.id = previous.id
      AND (previous.consumed_at IS NOT NULL
           OR previous.sent_at <= now() - make_interval(secs =>
               (%(cooldowns)s::int[])[LEAST(previous.sends, cardinality(%(cooldowns)s::int[]))]))
    RETURNING otp.id, otp.sends, to_jsonb(previous) AS previous
), created AS (
    INSERT INTO accounts_phoneotp (recipient, purpose, otp_hash, otp_salt, otp_length, attempts,
                                   sends, is_verified, claims, created_at, sent_at, expires_at)
    SELECT %(recipient)s, %(purpose)s, %(otp_hash)s, %(otp_salt)s, %(otp_length)s, 0,
           1, FALSE, %(claims)s::jsonb, now(), now(), now() + make_interval(secs => %(lifetime)s)
    WHERE NOT EXISTS (
        SELECT 1 FROM accounts_phoneotp
        WHERE recipient = %(recipient)s AND purpose = %(purpose)s
    )
    ON CONFLICT (recipient, purpose) DO NOTHING
    RETURNING id, sends, NULL::jsonb
)
SELECT * FROM replaced UNION ALL SELECT * FROM created
"""

LAST = """
SELECT attempts, otp_length, expires_at > now() FROM accounts_phoneotp
WHERE recipient = %s AND purpose = %s AND consumed_at IS NULL
"""

PENDING = """
SELECT otp_length, GREATEST(0, CEIL(
    (%(cooldowns)s::int[])[LEAST(sends, cardinality(%(cooldowns)s::int[]))]
    - EXTRACT(EPOCH FROM now() - sent_at)))::int
FROM accounts_phoneotp
WHERE recipient = %(recipient)s AND purpose = %(purpose)s AND consumed_at IS NULL
"""

# A guess is counted before it is compared: however many guesses arrive at once, no more
# than `max_attempts` of a code and `daily_guesses` of a number get the hash to compare with.
# `has_budget` is false for a guess that found the number's budget spent: it must not be compared.
CHARGE = """
WITH charged AS (
    UPDATE accounts_phoneotp
    SET attempts = attempts + 1
    WHERE recipient = %(recipient)s AND purpose = %(purpose)s AND consumed_at IS NULL
      AND expires_at > now() AND attempts < %(max_attempts)s AND otp_length = %(otp_length)s
    RETURNING id, recipient, purpose, otp_hash, otp_salt, otp_length, attempts
), budget AS (
    INSERT INTO accounts_guessbudget AS budget (recipient, guessed_at, short_guesses, guesses,
                                                last_guessed_at)
    SELECT recipient, ARRAY[now()], (otp_length < %(short_below)s)::int, 1, now() FROM charged
    ON CONFLICT (recipient) DO UPDATE SET
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
    RETURNING recipient
)
SELECT charged.*, now(), EXISTS (SELECT 1 FROM budget) AS has_budget FROM charged
"""

# The right guess is removed from the budget. The wrong guesses before it stay counted.
CONSUME = """
WITH consumed AS (
    UPDATE accounts_phoneotp
    SET consumed_at = now(), is_verified = TRUE
    WHERE id = %(otp_id)s AND otp_hash = %(otp_hash)s AND consumed_at IS NULL
    RETURNING recipient, claims
), counted AS (
    INSERT INTO accounts_ratecounter AS counter (key, count, expires_at)
    SELECT %(verified_key)s, 1, now() + make_interval(secs => %(verified_seconds)s) FROM consumed
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN counter.expires_at <= now() THEN 1 ELSE counter.count + 1 END,
        expires_at = GREATEST(counter.expires_at, excluded.expires_at)
), given_back AS (
    UPDATE accounts_guessbudget AS budget
    SET guessed_at = array_remove(guessed_at, %(charged_at)s),
        short_guesses = GREATEST(0, short_guesses - %(is_short)s::int),
        guesses = GREATEST(0, guesses - 1)
    FROM consumed WHERE budget.recipient = consumed.recipient
)
SELECT claims FROM consumed
"""
