"""What accounts tells the rest of the house, each sent inside the transaction that makes it so.

All about sign-ups carry `phone_number` (E.164).
"""

from django.dispatch import Signal

code_requested = Signal()
"""A code was asked for. `purpose`; `source`: "api" or "web"; `has_profile`: a customer asked."""

code_undelivered = Signal()
"""The provider did not take the message. `purpose`; `reason`: the `code` of the error."""

code_refused = Signal()
"""A wrong code was typed, and is counted already. `purpose`."""

phone_verified = Signal()
"""The right code was typed. `account`: whose, with `has_profile` or not."""

profile_changed = Signal()
"""A customer changed the profile. `user_id`: the account; `name` and `email`: as they are."""

refresh_reused = Signal()
"""A refresh token that was already exchanged came back. `user_id`, `session_id` and
`phone_number`: whose it was."""

profile_completed = Signal()
"""A person became a customer. `user_id`: the account; `name`; `email`, "" for none."""

account_deleted = Signal()
"""A person was forgotten. `user_id`, `phone_number`: what to forget."""

export_asked = Signal()
"""Somebody asks for everything held on them. `user_id`; each receiver returns its own part,
`{name: JSON}`."""

phone_changed = Signal()
"""A person moved to another number. `user_id`, `phone_number`: the new one."""
