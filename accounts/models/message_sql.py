"""The statements about messages with codes: written with the code, and settled later."""

# A part of the statement that issues a code, whose row `issued` is: where a code is committed, its
# message is too. A code of a test number has none, and `message_state` is NULL then. A provider
# that hands nothing to anybody has its final state at once.
HAND_OVER = """
INSERT INTO accounts_message (otp_id, state, channel, purpose)
SELECT issued.id, %(message_state)s::text, %(message_channel)s, %(purpose)s FROM issued
WHERE %(message_state)s::text IS NOT NULL
RETURNING id
"""
