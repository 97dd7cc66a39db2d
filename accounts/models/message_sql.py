"""The statements about messages with codes: written with the code, and settled later."""

from loopin.statements.composed import Clause

# A part of the statement that issues a code: where a code is committed, its message is too. A
# provider that hands nothing to anybody has its final state at once.
HAND_OVER = Clause(
    """
    message AS (
        INSERT INTO accounts_message (otp_id, state, channel, purpose)
        SELECT permitted.id, %(message_state)s, %(message_channel)s, %(purpose)s FROM permitted
        RETURNING id
    )
    """,
    "message",
    ("message.id",),
)

# What became of several messages. What was settled already stays as it is, also if a process that
# was taken for dead tells of it late; but what was thought unknown becomes known. The LIMIT is for
# the planner (loopin/statements/composed.py).
SETTLE = """
UPDATE accounts_message AS message SET state = settled.state, provider_id = settled.provider_id
FROM (SELECT * FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(provider_ids)s::text[])
      LIMIT cardinality(%(ids)s::bigint[])) AS settled(id, state, provider_id)
WHERE message.id = settled.id AND message.state = ANY(%(open)s)
"""

# Messages of which nobody tells any more. Each is found once, by one of several workers.
GIVE_UP = """
WITH left_alone AS (
    SELECT id FROM accounts_message
    WHERE state = %(handing_over)s AND created_at < now() - %(after)s
    ORDER BY created_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE accounts_message AS message SET state = %(unknown)s FROM left_alone
WHERE message.id = left_alone.id
RETURNING message.purpose, (SELECT recipient FROM accounts_phoneotp WHERE id = message.otp_id)
"""
