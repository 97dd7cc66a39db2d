"""The signals with which accounts tells other apps what happened, sent in the same transaction, or
before the statement to which receivers add their part.

All signals about codes carry `recipient`: a phone number (E.164) or an e-mail address. All others
about sign-ups carry `phone_number` (E.164).
"""

from django.dispatch import Signal

code_requested = Signal()
"""A code is about to be issued, and no limit is known to be in its way.

A receiver may return its `Part` of the statement that issues the code, which happens or fails
together with it (loopin/statements/composed.py). It reads `FROM permitted`, which has no row if
there is no code after all. Whatever else a receiver writes would stand without a code, too.

`purpose`; `source`: "api" or "web"; `is_proven`: the number belongs to an account whose owner has
proven it; `has_profile`: that of a customer; `channel`: "sms", "whatsapp" or "call"; `ip_country`:
two letters, or "" if it is not known. Whoever asked has proven nothing yet."""

consent_claimed = Signal()
"""Somebody who got a code sent said whether the owner of the number may be contacted, and the
number is not proven. What `code_requested` carries, and `contact_consent`: True or False. Sent
after the code, outside any transaction: a receiver writes one statement."""

code_withheld = Signal()
"""A code was asked for and refused before there was one. What `code_requested` carries, and
`reason`: why, in one word. Sent after the refusal, at most 30 times a network and day."""

code_delivered = Signal()
"""The provider reports that the message arrived, perhaps more than once. `purpose`."""

code_undelivered = Signal()
"""The message did not arrive: the provider did not take it, or reports later, perhaps more than
once, that it was lost. `purpose`; `reason`: why, in one word."""

code_unconfirmed = Signal()
"""A process ended while it handed the message over: nobody knows whether it left. `purpose`. Sent
by the worker, a minute later or more. The code works, in case it did."""

code_refused = Signal()
"""A wrong code was typed, and is counted already. `purpose`."""

code_expired = Signal()
"""A code was typed whose time is over. `purpose`. At most 10 times a number and day."""

code_locked = Signal()
"""A code was typed though no attempts are left. `purpose`. At most 10 times a number and day."""

registered = Signal()
"""Somebody registered with an e-mail address. `phone_number` is what they claim, not proven;
`name`, `email`; `ip_country` as in `code_requested`. Not sent if somebody has proven the number."""

phone_verified = Signal()
"""The right code was typed, and the statement is about to run in which the number is proven.

A receiver may return its `Part` of that statement. It reads `FROM permitted`, which has the
`user_id` and the `email` of an account without a profile ("" for no address), and no row for a
customer, or if the code was used meanwhile. `name`: what this person has said of themselves, "" for
nothing; `contact_consent`: whether they agree to be contacted, None if they said nothing with this
code. For a customer who said something, `consent_changed` follows."""

profile_changed = Signal()
"""A customer changed the profile. `user_id`: the account; `name` and `email`: as they are."""

refresh_reused = Signal()
"""A refresh token that was already exchanged came back. `user_id`, `session_id` and
`phone_number`: whose it was."""

profile_step_saved = Signal()
"""Somebody filled in, or corrected, a part of a profile that is not complete. `user_id`: the
account; `step`: which part, in one word, "version_1" for what an app of version 1 sent; `number`
and `total`: how many parts are done, and how many there are; `name` and `email`: "" while they are
not known."""

profile_completed = Signal()
"""A person became a customer. `user_id`: the account; `name`; `email`, "" for none."""

account_deleted = Signal()
"""A person was forgotten. `user_id`, `phone_number` (None if none was proven): what to forget;
`claimed_phone_number` and `email`: what they had said of themselves."""

consent_changed = Signal()
"""Somebody signed in said whether they may be contacted. `user_id`, `phone_number`,
`contact_consent`."""

consent_requested = Signal()
"""Somebody asks what people said about being contacted. `user_ids`; a receiver returns what it
knows by these ids: `contact_consent` (True, False, or None if they said nothing),
`contact_consent_at` (when they said it) and `may_be_contacted`."""

export_requested = Signal()
"""Somebody asks for everything held on them. `user_id`; each receiver returns its own part,
`{name: JSON}`."""

phone_changed = Signal()
"""A person moved to another number. `user_id`, `phone_number`: the new one."""
