"""The module with the examination of messages."""

from accounts.messaging import doctor  # noqa: F401
