"""The numbers in the documents that people act on: limits, lengths and times, read from the code.

Documents have to be readable as plain Markdown, so nothing in them marks a number. Instead each
phrase below names the words around it, and `{name}` stands for a value of the code. A phrase holds
in every document that has its words, line breaks aside. `python -m docs` writes the values into the
documents, and a test compares them.
"""

import re
from datetime import timedelta
from functools import cache
from re import Match, Pattern
from typing import Any

from django.conf import settings

from accounts import otp, rules, sms, staff, staff_auth, standing
from accounts.errors import in_words
from accounts.models import api_token, password_guess, session
from accounts.pictures import decoding, receiving
from leads import import_file
from leads.flows import resume, timeline, verification
from leads.models import agent_shift, resume_link, webhook_delivery, webhook_endpoint
from leads.webhooks import sending
from loopin import database, health, picture_storage, server, worker
from loopin.environment import Environment

DOCUMENTS = (
    "README.md",
    "PHONE_AUTHENTICATION.md",
    "EMAIL_ACCOUNTS.md",
    "docs/architecture.md",
    "docs/deployment.md",
    "docs/desk.md",
    "docs/integrations.md",
    "docs/security.md",
)
"""Decisions and benchmarks are not among them: they tell what was true and measured once."""

MINUTE, HOUR, DAY, MEBIBYTE = 60, 3600, 86_400, 1024 * 1024


def documents() -> tuple[str, ...]:
    """The documents whose numbers are read from the code."""
    return DOCUMENTS


def default(variable: str) -> Any:
    """The default of a variable of the environment, whatever is set where this runs."""
    return Environment.model_fields[variable].default


@cache
def values() -> dict[str, str]:
    """What stands for each `{name}` in a phrase."""
    found = _codes() | _limits() | _accounts() | _pictures() | _leads() | _webhooks() | _times()
    return {name: _written(value) for name, value in found.items()}


def _codes() -> dict[str, Any]:
    first, second, third, last = settings.OTP_RESEND_SECONDS
    return {
        **{"resend_1": first, "resend_2": second, "resend_3": third, "resend_4": last},
        "resend_words": in_words(first),
        "code_seconds": settings.OTP_LIFETIME_SECONDS,
        "code_minutes": settings.OTP_LIFETIME_SECONDS // MINUTE,
        "code_digits": default("OTP_LENGTH"),
        "medium_digits": otp.MEDIUM_LENGTH,
        "long_digits": otp.LONG_LENGTH,
        "attempts": settings.OTP_MAX_ATTEMPTS,
        "attempts_left": settings.OTP_MAX_ATTEMPTS - 1,
        "daily_guesses": default("OTP_DAILY_GUESSES"),
        "spray": default("OTP_SPRAY_THRESHOLD"),
        "medium_after": standing.MEDIUM_AFTER_SHORT_GUESSES,
        "long_after": standing.LONG_AFTER_GUESSES,
    }


def _limits() -> dict[str, Any]:
    return {
        "per_number": default("SMS_PER_NUMBER"),
        "per_account": default("SMS_PER_ACCOUNT"),
        "per_ip": default("SMS_PER_IP"),
        "per_block": default("SMS_PER_PREFIX"),
        "block_percent": default("SMS_PREFIX_VERIFIED_PERCENT"),
        "verifications": default("VERIFICATIONS_PER_IP"),
        "passwords_here": password_guess.OF_BOTH.guesses,
        "passwords_here_minutes": password_guess.OF_BOTH.seconds // MINUTE,
        "passwords": password_guess.OF_USER.guesses,
        "calls": staff_auth.CALLS,
        "calls_minutes": staff_auth.CALLS_SECONDS // MINUTE,
    }


def _accounts() -> dict[str, Any]:
    return {
        "name_min": default("NAME_MIN_LENGTH"),
        "name_max": rules.NAME_MAX_LENGTH,
        "person_name_max": rules.PERSON_NAME_MAX_LENGTH,
        "bio_max": rules.BIO_MAX_LENGTH,
        "location_max": rules.LOCATION_MAX_LENGTH,
        "url_max": rules.URL_MAX_LENGTH,
        "interests_max": rules.MAX_INTERESTS,
        "age": default("MINIMUM_AGE"),
        "access_seconds": default("JWT_ACCESS_TOKEN_EXPIRE_MINUTES") * MINUTE,
        "access_minutes": default("JWT_ACCESS_TOKEN_EXPIRE_MINUTES"),
        "session_days": session.SESSION_LIFETIME.days,
        "session_kept_days": session.KEPT_AFTER_END.days,
        "refresh_grace": session.REFRESH_GRACE.seconds,
        "fresh_minutes": session.FRESH.seconds // MINUTE,
        "staff_idle_hours": staff.IDLE_SECONDS // HOUR,
        "staff_hours": staff.LIFETIME // timedelta(hours=1),
        "api_token_days": api_token.DEFAULT_DAYS,
    }


def _pictures() -> dict[str, Any]:
    return {
        "pictures_max": rules.MAX_PICTURES,
        "picture_mb": decoding.MAX_BYTES // MEBIBYTE,
        "picture_megapixels": decoding.MAX_PIXELS // MEBIBYTE,
        "picture_min_side": decoding.MIN_SIDE,
        "picture_large": decoding.LARGE_SIDE,
        "picture_small": decoding.SMALL_SIDE,
        "form_mib": receiving.MAX_BODY_BYTES // MEBIBYTE,
        "body_mib": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEBIBYTE,
        "decoding_wait": decoding.PATIENCE_SECONDS,
    }


def _leads() -> dict[str, Any]:
    return {
        "lease_minutes": timeline.LEASE.seconds // MINUTE,
        "lease_hours": timeline.SHIFT.seconds // HOUR,
        "shift_hours": agent_shift.LENGTH.seconds // HOUR,
        "first_contact": default("LEAD_FIRST_CONTACT_MINUTES"),
        "stalled": default("LEAD_STALLED_MINUTES"),
        "reveals": default("REVEALS_PER_DAY"),
        "link_hours": resume_link.LIFETIME // timedelta(hours=1),
        "link_pause": resume.PAUSE_SECONDS // MINUTE,
        "links": resume.PER_DAY,
        "undo_minutes": verification.UNDO.seconds // MINUTE,
        "import_rows": import_file.MAX_ROWS,
        "retention": default("LEAD_RETENTION_DAYS"),
        "events_retention": default("SECURITY_EVENT_RETENTION_DAYS"),
    }


def _webhooks() -> dict[str, Any]:
    return {
        "webhook_answer": sending.READ_TIMEOUT_SECONDS,
        "webhook_connect": sending.CONNECT_TIMEOUT_SECONDS,
        "webhook_in_all": sending.IN_ALL_SECONDS,
        "webhook_rotation": webhook_endpoint.ROTATION // timedelta(hours=1),
        "webhook_kept": webhook_delivery.KEPT.days,
    }


def _times() -> dict[str, Any]:
    return {
        "db_connect": database.CONNECT_TIMEOUT_SECONDS,
        "db_statement": database.STATEMENT_TIMEOUT_MS // 1000,
        "db_lock": database.LOCK_TIMEOUT_MS // 1000,
        "db_idle": database.IDLE_IN_TRANSACTION_TIMEOUT_MS // 1000,
        "sms_connect": sms.CONNECT_TIMEOUT_SECONDS,
        "sms_answer": sms.READ_TIMEOUT_SECONDS,
        "sms_in_all": sms.CONNECT_TIMEOUT_SECONDS + sms.READ_TIMEOUT_SECONDS,
        "email_step": settings.EMAIL_TIMEOUT,
        "bucket_connect": picture_storage.CONNECT_TIMEOUT_SECONDS,
        "bucket_answer": picture_storage.READ_TIMEOUT_SECONDS,
        "health": health.TIMEOUT_SECONDS,
        "shutdown": server.GRACE_SECONDS,
        "worker_end": 2 * worker.GRACE_SECONDS,
    }


def _written(value: Any) -> str:
    """A number as the documents write it, with a space before each three digits."""
    return f"{value:,}".replace(",", " ") if isinstance(value, int) and value > 9999 else str(value)


PHRASES = (
    # Codes
    '"resend_after": {resend_1}',
    "Retry-After: {resend_1}",
    '"retry_after": {resend_1}',
    "You can ask for another in {resend_words}",
    "{resend_1}, then {resend_2}, {resend_3} and {resend_4} seconds",
    "{resend_1} s, then {resend_2} s, {resend_3} s and {resend_4} s",
    "{resend_1} s, {resend_2} s, {resend_3} s, {resend_4} s, {resend_4} s …",
    '"expires_in": {code_seconds}, "resend_after"',
    "It works for {code_minutes} minutes",
    "{code_minutes} fresh minutes",
    "| {code_minutes} minutes pass |",
    "a code | {code_minutes} minutes",
    '"otp_length": {code_digits}, …',
    "gets codes of {medium_digits} or {long_digits}",
    "The code has {medium_digits} digits",
    '"phone_number": "+916205829376", "otp_length": {code_digits}, "expires_in": {code_seconds}',
    '"phone": "+916205829376", "otp_length": {medium_digits}, "expires_in": {code_seconds}',
    '"email": "asha@example.com", "otp_length": {medium_digits}, "expires_in": {code_seconds}',
    "{attempts_left} attempts remaining",
    "with {attempts} fresh attempts",
    "{attempts} wrong codes were tried",
    "costs one of its {attempts} guesses",
    "at most {attempts} attempts",
    "| live, {attempts_left} attempts |",
    "| locked, {attempts} attempts |",
    "compared guesses per code | {attempts} |",
    "After {daily_guesses} wrong guesses in 24 hours",
    "wrong guesses per number in any 24 hours, across codes, purposes, API and pages |"
    " {daily_guesses} (",
    "after {medium_after} wrong guesses at codes of {code_digits} digits, codes have |"
    " {medium_digits} digits",
    "after {long_after} wrong guesses, codes have | {long_digits} digits",
    "until the number has had, without a guess | 365 days",
    "after {spray} wrong guesses in a day in the whole system",
    "new codes have at least | {medium_digits} digits",
    # Limits
    "A number gets {per_number} messages in 24 hours, {per_account} once it has an account",
    "messages to a number in 24 hours | {per_number}; {per_account} with an account",
    "messages asked for from a client address in 10 minutes (IPv6: a /64) | {per_ip} |",
    "codes typed from a client address in 5 minutes | {verifications} |",
    "messages to a block of numbers (all but the last 3 digits) in an hour | {per_block} |",
    "under {block_percent} % of at least 20 messages in 24 hours were typed | pauses 12 hours",
    "After {passwords_here} wrong ones from one place, or {passwords} an hour from anywhere",
    "After {passwords_here} wrong passwords for a name from one address, that address waits up to"
    " {passwords_here_minutes} minutes",
    "for an address alone ({passwords} an hour each)",
    "429 after {passwords} an hour at most",
    "Too many attempts. Please try again in {passwords_here_minutes} minutes",
    "Please try again in 10 minutes",  # what a limit says by default; it names the real time
    "Each token has {calls} calls in",
    "makes {calls} calls in",
    # Accounts
    "`name` | required | {name_min} to {name_max} characters",
    '"code": "too_short", "message": "Enter a name of {name_min} to {name_max} characters',
    "`last_name` | required | 1 to {person_name_max} characters",
    '"code": "required", "message": "Enter a name of 1 to {person_name_max} characters',
    "at least 8 characters",  # Django's default, which no setting of ours changes
    "{age} years or older",
    "each of at most {url_max} characters",
    "`bio` | optional | at most {bio_max} characters",
    "`location` | optional | at most {location_max} characters",
    "1 to {interests_max} different ids",
    '"expires_in": {access_seconds}, "refresh_token"',
    '"refresh_token": "PwwqUmoOT32aUwqN…", "expires_in": {access_seconds}',
    '"refresh": "PwwqUmoOT32aUwqN…", "expires_in": {access_seconds}',
    "`expires_in` seconds, {access_minutes} minutes unless",
    "an access token | {access_minutes} minutes",
    "It lasts {session_days} days",
    "after the session's {session_days} days",
    "a session | {session_days} days",
    "sessions | {session_kept_days} days after they ended",
    "For {refresh_grace} seconds the same refresh token",
    "signed in more than {fresh_minutes} minutes ago",
    "but {fresh_minutes} minutes have passed since",
    "within {fresh_minutes} minutes of a sign-in",
    "a session of staff | {staff_idle_hours} hour without use, {staff_hours} hours in all",
    "an hour without use, and after {staff_hours} hours in any case",
    "({api_token_days} days unless",
    "{api_token_days} days by default",
    # Pictures and bodies
    "gallery of at most {pictures_max}, both kinds",
    "1 to {pictures_max} different http(s) URLs",
    "Add 1 to {pictures_max} pictures",
    "with 1 to {pictures_max} files",
    "You can have {pictures_max} pictures",
    "larger than {picture_mb} MB",
    "pictures of {picture_mb} MB",
    "more than {picture_megapixels} megapixels",
    "at least {picture_min_side} pixels on each side",
    "`url` fits {picture_large} × {picture_large} pixels, `thumbnail_url` is a square of"
    " {picture_small}",
    "A link is 0 by 0 pixels",
    "at most {body_mib} MiB, with `Content-Type",
    "Only pictures come as a form, of at most {form_mib} MiB",
    "Send at most {body_mib} MiB",
    "Loopin itself takes {body_mib} MiB",
    "Bodies over {body_mib} MiB",
    "up to {decoding_wait} seconds for each file",
    "picture's turn to be decoded | {decoding_wait} s",
    # The desk
    "A claim lasts {lease_minutes} minutes",
    "a lead that was given to you waits {lease_hours} hours",
    "is yours until {lease_hours} hours after",
    "by itself after {shift_hours} hours",
    "`LEAD_FIRST_CONTACT_MINUTES`, {first_contact} by default",
    "`LEAD_STALLED_MINUTES` ({stalled})",
    "`REVEALS_PER_DAY`, {reveals} by default",
    "It works once, for {link_hours} hours",
    "once in {link_pause} minutes, {links} times a day",
    "It can be undone for {undo_minutes} minutes",
    "at most {body_mib} MiB and {import_rows} rows",
    "`SECURITY_EVENT_RETENTION_DAYS` ({events_retention})",
    "`LEAD_RETENTION_DAYS` ({retention})",
    # Webhooks
    "any 2xx within {webhook_answer} seconds",
    "For {webhook_rotation} hours messages carry two signatures",
    "its last status, for {webhook_kept} days",
    "sent or given up | after {webhook_kept} days",
    "connecting to a webhook's receiver | {webhook_connect} s",
    "waiting for its answer | {webhook_answer} s, {webhook_in_all} s in all",
    # Time limits of the deployment
    "connecting to PostgreSQL | {db_connect} s",
    "one statement | {db_statement} s",
    "statement_timeout = '{db_statement}s'",
    "waiting for a lock | {db_lock} s",
    "lock_timeout = '{db_lock}s'",
    "an open transaction that does nothing | {db_idle} s",
    "idle_in_transaction_session_timeout = '{db_idle}s'",
    "connecting to the SMS provider | {sms_connect} s |",
    "`accounts/messaging` | | waiting for its answer | {sms_answer} s",
    "SMS provider takes up to {sms_in_all}",
    "each step with the mail server | {email_step} s",
    "connecting to the bucket | {bucket_connect} s, twice",
    "waiting for its answer | {bucket_answer} s, twice",
    "the health check's database | {health} s",
    "database answers within {health} seconds",
    "finishing requests at shutdown | {shutdown} s",
    "the worker's end | {worker_end} s",
    "on SIGTERM it ends within {worker_end} seconds",
)


@cache
def patterns() -> dict[str, Pattern[str]]:
    """Each phrase as the expression that finds it, whatever its numbers are."""
    return {phrase: re.compile(_expression(phrase)) for phrase in PHRASES}


def _expression(phrase: str) -> str:
    words = re.split(r"\{(\w+)\}", phrase)
    parts = [_spaced(text) if i % 2 == 0 else _any(text) for i, text in enumerate(words)]
    return rf"(?<!\d){''.join(parts)}"


def _spaced(text: str) -> str:
    """Words that may be broken over lines anywhere."""
    return re.escape(text).replace(r"\ ", r"\s+")


def _any(name: str) -> str:
    """What may stand where a value belongs."""
    unit = r" (?:second|minute|hour)s?" if values()[name][-1].isalpha() else ""
    return rf"(\d+(?:[ ]\d{{3}})*{unit})"


def rewritten(text: str) -> str:
    """The document with the values of the code in every phrase that it has."""
    for phrase, pattern in patterns().items():
        names = re.findall(r"\{(\w+)\}", phrase)
        text = pattern.sub(lambda match, names=names: _with_values(match, names), text)
    return text


def _with_values(match: Match[str], names: list[str]) -> str:
    """What was found, with each number replaced, and its line breaks as they were."""
    found, start = match[0], match.start()
    for group in range(len(names), 0, -1):
        before, after = match.start(group) - start, match.end(group) - start
        found = found[:before] + values()[names[group - 1]] + found[after:]
    return found
