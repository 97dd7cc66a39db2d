"""Leaves out lines that say what another line says, or advise what does not fit here."""

import logging

ADVICE = (
    *("Configured number of", "Configuration allows spawning"),
    *("Workers respawn is configured", "Websockets are not supported"),
)
"""How lines of granian begin that take threads which wait for the provider for a mistake, or tell
what nobody asked for."""


class CrashesOnly(logging.Filter):
    """Django logs each answer from 500 on. What is no crash was refused, and has its line."""

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(record.exc_info)


class WithoutAdvice(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith(ADVICE)
