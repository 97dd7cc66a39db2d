"""What accounts tells the rest of the house, each sent inside the transaction that makes it so.

All carry `phone_number` (E.164).
"""

from django.dispatch import Signal

code_requested = Signal()
"""A code was asked for. `source`: "api" or "web"; `has_profile`: whether a customer asked."""

code_undelivered = Signal()
"""The provider did not take the message. `reason`: the `code` of the error."""

code_refused = Signal()
"""A wrong code was typed."""

phone_verified = Signal()
"""The right code was typed. `account`: whose, with `has_profile` or not."""

refresh_reused = Signal()
"""A refresh token that was already exchanged came back. `user_id`, `session_id`: whose it was."""

profile_completed = Signal()
"""A person became a customer. `user_id`: the account."""
