"""The statements that issue a code, count a guess at it or take that back, and mark it as used.

Known devices have codes and budgets of their own: `is_known_device` tells the two apart.
"""

from accounts.models.known_device import IS_KNOWN_DEVICE
from accounts.models.rate_counter import COUNT
from loopin.statements.composed import Clause

# A fresh code for a recipient, unless the last one is too young. `previous` locks the code's row
# before anything is read, so no guess at the last code is in flight when `budget` is read and
# decides which of the codes is stored: the short one, or the long one. `budget` refers to
# `previous`, so that the rows are locked in the same order as by CHARGE. A budget that was created
# after the statement began is not seen: it holds the guesses at one code, which are too few to
# matter. While the last code lives, whoever asks again from the same network keeps what they said
# with it, and the hashes of the last 3 codes stay in `earlier`: those of expired ones go with it,
# because each expires before the one that replaced it.
#
# The limits are counted after the code's row, and only if there is one. Of two first codes for a
# recipient one waits here for the other, and then has none. `permitted` has the code once all
# limits had room; if one had none, the whole statement is undone, and says which by their places.
ISSUE = Clause(
    f"""
previous AS MATERIALIZED (
    SELECT * FROM accounts_phoneotp
    WHERE recipient = %(recipient)s AND purpose = %(purpose)s
      AND is_known_device = %(is_known_device)s
    FOR UPDATE
), budget AS MATERIALIZED (
    SELECT spent FROM accounts_guessbudget
    WHERE (SELECT count(*) FROM previous) >= 0
      AND recipient_hash = %(recipient_hash)s AND is_known_device = %(is_known_device)s
      AND last_guessed_at > now() - interval '365 days'
    FOR UPDATE
), issued AS (
    INSERT INTO accounts_phoneotp AS otp (
        recipient, purpose, is_known_device, otp_salt, otp_hash, otp_length, sends, expires_at,
        claims, earlier, attempts, is_verified, created_at, sent_at)
    SELECT %(recipient)s, %(purpose)s, %(is_known_device)s, %(otp_salt)s,
           (%(hashes)s::text[])[code.number], (%(lengths)s::int[])[code.number],
           CASE WHEN unused.sent_at > now() - interval '24 hours' THEN unused.sends + 1 ELSE 1 END,
           now() + make_interval(secs => %(lifetime)s),
           CASE WHEN live.claims->>'requester' = %(claims)s::jsonb->>'requester'
                THEN live.claims || %(claims)s::jsonb ELSE %(claims)s::jsonb END,
           CASE WHEN live.id IS NULL THEN '[]' ELSE jsonb_path_query_array(jsonb_build_object(
                    'otp_hash', live.otp_hash, 'otp_salt', live.otp_salt,
                    'expires_at', live.expires_at) || live.earlier, '$[0 to 2]') END,
           0, FALSE, now(), now()
    FROM (SELECT 1 + count(*)::int FROM budget WHERE spent >= %(long_after)s) AS code(number)
    LEFT JOIN previous AS unused ON unused.consumed_at IS NULL
    LEFT JOIN previous AS live ON live.consumed_at IS NULL AND live.expires_at > now()
    WHERE unused.id IS NULL
       OR unused.sent_at <= now() - make_interval(secs => (%(cooldowns)s::int[])[
              LEAST(unused.sends, cardinality(%(cooldowns)s::int[]))])
    ON CONFLICT (recipient, purpose, is_known_device) DO UPDATE SET
        (otp_salt, otp_hash, otp_length, sends, expires_at, claims, earlier,
         attempts, is_verified, created_at, sent_at, consumed_at)
        = (excluded.otp_salt, excluded.otp_hash, excluded.otp_length, excluded.sends,
           excluded.expires_at, excluded.claims, excluded.earlier, 0, FALSE, now(), now(), NULL)
    WHERE EXISTS (SELECT 1 FROM previous)
    RETURNING otp.id, otp.otp_hash, otp.otp_length, otp.sends
), counted AS (
    {COUNT.format(asked="issued,").strip()}
), counts AS MATERIALIZED (
    SELECT array_agg(key) AS keys, array_agg(count) AS counts, array_agg(seconds) AS seconds,
           count(*) AS number
    FROM counted
), permitted AS MATERIALIZED (
    SELECT issued.*, counts.keys, counts.counts, counts.seconds FROM issued CROSS JOIN counts
    WHERE counts.number = cardinality(%(keys)s::text[]) OR loopin_refuse((
        SELECT string_agg(place::text, ',')
        FROM unnest(%(keys)s::text[]) WITH ORDINALITY AS wanted(key, place)
        WHERE key <> ALL (COALESCE(counts.keys, '{{}}'))))
)
""",  # noqa: S608  of constants
    source="permitted",
    returned=(
        *("permitted.id", "permitted.otp_hash", "permitted.sends"),
        "(SELECT to_jsonb(previous) FROM previous)",
        *("permitted.keys", "permitted.counts", "permitted.seconds"),
    ),
    may_refuse=True,
)

# The hashes and salts of the codes that the last one replaced, as long as those would have lived.
_EARLIER = """ARRAY(
    SELECT ARRAY[code->>'otp_hash', code->>'otp_salt'] FROM jsonb_array_elements(earlier) AS code
    WHERE (code->>'expires_at')::timestamptz > now())"""

# Seconds of the cooldown that are left.
RESEND_AFTER = """GREATEST(0, CEIL(
    (%(cooldowns)s::int[])[LEAST(sends, cardinality(%(cooldowns)s::int[]))]
    - EXTRACT(EPOCH FROM now() - sent_at)))::int"""

# The last unused code. A known device sees that of its own lane, or else that of all others.
LAST = f"""
SELECT is_known_device, attempts, otp_length, expires_at > now(), {RESEND_AFTER} AS resend_after,
       sent_at, {_EARLIER}
FROM accounts_phoneotp
WHERE recipient = %(recipient)s AND purpose = %(purpose)s AND consumed_at IS NULL
  AND (NOT is_known_device OR {IS_KNOWN_DEVICE})
ORDER BY is_known_device DESC LIMIT 1
"""  # noqa: S608  constants

# A guess is counted before it is compared: however many guesses arrive at once, no more than
# `max_attempts` of a code get the hash to compare with. The limit is counted whether there is a
# code or not, and a guess at the code only if the limit has room. As by ISSUE and CONSUME the rows
# are locked in this order, so that no two of them wait for each other: the code, the budget, the
# limits. `before` is what the budget said before this guess.
CHARGE = f"""
WITH code AS MATERIALIZED (
    SELECT id FROM accounts_phoneotp
    WHERE recipient = %(recipient)s AND purpose = %(purpose)s AND consumed_at IS NULL
      AND expires_at > now() AND attempts < %(max_attempts)s AND otp_length = %(otp_length)s
      AND is_known_device = %(is_known_device)s AND (NOT is_known_device OR {IS_KNOWN_DEVICE})
    FOR UPDATE
), before AS MATERIALIZED (
    SELECT last_guessed_at FROM accounts_guessbudget
    WHERE (SELECT count(*) FROM code) >= 0
      AND recipient_hash = %(recipient_hash)s AND is_known_device = %(is_known_device)s
    FOR UPDATE
), counted AS (
    {COUNT.format(asked="(SELECT count(*) FROM before) AS asked,").strip()}
), permitted AS MATERIALIZED (
    SELECT id FROM code
    WHERE (SELECT count(*) FROM counted) = cardinality(%(keys)s::text[])
), charged AS (
    UPDATE accounts_phoneotp AS otp
    SET attempts = attempts + 1
    FROM permitted WHERE otp.id = permitted.id
    RETURNING otp.id, recipient, purpose, is_known_device, otp_hash, otp_salt, otp_length, attempts,
              claims, sent_at, {_EARLIER} AS earlier
), budget AS (
    INSERT INTO accounts_guessbudget AS budget (recipient_hash, is_known_device, spent,
                                                last_guessed_at)
    SELECT %(recipient_hash)s, is_known_device, %(cost)s, now() FROM charged
    ON CONFLICT (recipient_hash, is_known_device) DO UPDATE SET
        spent = excluded.spent
            + CASE WHEN budget.last_guessed_at > now() - interval '365 days'
                   THEN budget.spent ELSE 0 END,
        last_guessed_at = now()
)
SELECT counted.key, counted.count, counted.seconds, charged.*, now(), before.last_guessed_at,
       EXISTS (SELECT FROM accounts_user WHERE claimed_phone_number = %(recipient)s
                                           AND claimed_phone_number <> '')
           OR charged.claims ? 'contact_consent' AND EXISTS (
               SELECT FROM accounts_user AS account
               JOIN accounts_userprofile AS profile ON profile.user_id = account.id
               WHERE account.phone_number = %(recipient)s)
FROM (VALUES (TRUE)) AS one
LEFT JOIN counted ON TRUE LEFT JOIN charged ON TRUE LEFT JOIN before ON TRUE
"""  # noqa: S608  constants

# A guess that was counted, and was the code of an earlier message, is taken back from the code and
# from the budget, unless the code was used or replaced meanwhile. Nobody can take back more than
# was counted for them.
UNCHARGE = """
WITH spared AS (
    UPDATE accounts_phoneotp SET attempts = attempts - 1
    WHERE id = %(otp_id)s AND otp_hash = %(otp_hash)s AND consumed_at IS NULL AND attempts > 0
    RETURNING is_known_device
)
UPDATE accounts_guessbudget AS budget
SET spent = GREATEST(0, spent - %(cost)s),
    last_guessed_at = CASE WHEN last_guessed_at <> %(charged_at)s THEN last_guessed_at
                           ELSE COALESCE(%(guessed_before)s, last_guessed_at) END
FROM spared
WHERE (budget.recipient_hash, budget.is_known_device)
    = (%(recipient_hash)s, spared.is_known_device)
"""

# The right guess is taken back from the budget, also as the time of the last guess unless somebody
# guessed since. The wrong guesses before it stay, but on known devices, where they were the
# owner's. Codes of numbers without an account alone are counted as verified, as those sent were.
# Every code that was typed, but on a known device, makes room in the limits on messages. The rows
# are locked in the order of CHARGE. The LIMIT is for the planner (loopin/statements/composed.py).
CONSUME = Clause(
    """
consumed AS (
    UPDATE accounts_phoneotp
    SET consumed_at = now(), is_verified = TRUE
    WHERE id = %(otp_id)s AND otp_hash = %(otp_hash)s AND consumed_at IS NULL
    RETURNING recipient, is_known_device
), given_back AS (
    UPDATE accounts_guessbudget AS budget
    SET spent = CASE WHEN budget.is_known_device THEN 0 ELSE GREATEST(0, spent - %(cost)s) END,
        last_guessed_at = CASE WHEN last_guessed_at <> %(charged_at)s THEN last_guessed_at
                               ELSE COALESCE(%(guessed_before)s, last_guessed_at) END
    FROM consumed
    WHERE (budget.recipient_hash, budget.is_known_device)
        = (%(recipient_hash)s, consumed.is_known_device)
    RETURNING 1
), typed AS MATERIALIZED (
    SELECT * FROM consumed WHERE (SELECT count(*) FROM given_back) >= 0
), counted AS (
    INSERT INTO accounts_ratecounter AS counter (key, count, expires_at)
    SELECT %(verified_key)s, 1, now() + make_interval(secs => %(verified_seconds)s) FROM typed
    WHERE NOT EXISTS (SELECT 1 FROM accounts_user WHERE phone_number = recipient)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN counter.expires_at <= now() THEN 1 ELSE counter.count + 1 END,
        expires_at = GREATEST(counter.expires_at, excluded.expires_at)
), roomy AS MATERIALIZED (
    SELECT counter.key, made.amount
    FROM accounts_ratecounter AS counter
    JOIN (SELECT * FROM unnest(%(room_keys)s::text[], %(room_amounts)s::int[])
          LIMIT cardinality(%(room_keys)s::text[])) AS made(key, amount) USING (key)
    WHERE EXISTS (SELECT 1 FROM typed WHERE NOT is_known_device)
    ORDER BY counter.key FOR UPDATE OF counter
), room_made AS (
    UPDATE accounts_ratecounter AS counter SET count = GREATEST(0, count - roomy.amount)
    FROM roomy WHERE counter.key = roomy.key
)
""",
    "consumed",
    ("consumed.recipient",),
)

# Stands between CONSUME and OWNER.
PROVEN_BY_CODE = Clause("proven AS (SELECT recipient FROM consumed)")
