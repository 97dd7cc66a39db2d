"""The values that documents name, read from the code; docs/phrases.py says where they stand."""

from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings

from accounts import limits, rules
from accounts.codes import hashing, message_limits, proof_of_work, risk
from accounts.idempotency import keys
from accounts.models import (
    enrolment,
    hashed_token,
    idempotency_key,
    pending_number,
    person_event,
    service_account,
    session,
)
from accounts.passwords import hashers
from accounts.pictures import decoding, sizes
from accounts.service import changes, schemas
from accounts.sessions import known_devices, staff_state
from leads import timeline
from leads.actions import verify
from leads.desk import search, search_limits
from leads.models import agent_shift, resume_link, webhook_delivery, webhook_endpoint
from leads.webhooks import http_post
from loopin.background import heartbeat, periodic, worker
from loopin.config import database, picture_storage
from loopin.config import limits as limits_by_default
from loopin.config.environment import Environment
from loopin.config.variables import production_default
from loopin.health import database as health_database
from loopin.health import readiness
from loopin.serving import server
from loopin.times.waiting import format_wait
from loopin.web import well_known

MINUTE, HOUR, MEBIBYTE = 60, 3600, 1024 * 1024


def default(variable: str) -> Any:
    """What a variable that is not set means in production, whatever is set where this runs."""
    return production_default(Environment.model_fields[variable])


@cache
def values() -> dict[str, str]:
    """What stands for each `{name}` in a phrase."""
    parts = (_codes, _limits, _work, _services, _accounts, _pictures, _leads, _webhooks, _times)
    return {name: _written(value) for part in parts for name, value in part().items()}


def _codes() -> dict[str, Any]:
    first, second, third, last = settings.OTP_RESEND_SECONDS
    return {
        "resend_1": first,
        "resend_2": second,
        "resend_3": third,
        "resend_4": last,
        "resend_words": format_wait(first),
        "code_seconds": settings.OTP_LIFETIME_SECONDS,
        "code_minutes": settings.OTP_LIFETIME_SECONDS // MINUTE,
        "code_digits": default("OTP_LENGTH"),
        "medium_digits": hashing.MEDIUM_LENGTH,
        "long_digits": hashing.LONG_LENGTH,
        "attempts": settings.OTP_MAX_ATTEMPTS,
        "attempts_left": settings.OTP_MAX_ATTEMPTS - 1,
        "spray": default("OTP_SPRAY_THRESHOLD"),
        "long_after": risk.LONG_AFTER_SHORT_GUESSES,
        "long_after_medium": risk.LONG_AFTER // risk.guess_cost(hashing.MEDIUM_LENGTH),
    }


def _limits() -> dict[str, Any]:
    return {
        "per_number": default("SMS_PER_NUMBER"),
        "per_number_in_development": limits_by_default.IN_DEVELOPMENT,
        "per_account": default("SMS_PER_ACCOUNT"),
        "per_ip": default("SMS_PER_IP"),
        "per_block": default("SMS_PER_PREFIX"),
        "block_percent": default("SMS_PREFIX_VERIFIED_PERCENT"),
        "verifications": default("VERIFICATIONS_PER_IP"),
        "per_ip_minutes": limits.CODES_FOR_NETWORK.seconds // MINUTE,
        "room_made": message_limits.ROOM_MADE,
        "per_country": limits.CODES_TO_COUNTRY.limit_for("").cap // limits.CODES_TO_COUNTRY.amount,
        "per_paused_block": limits.CODES_TO_PAUSED_BLOCK.cap,
        "passwords_here": limits.PASSWORDS_OF_NAME_IN_NETWORK.cap,
        "passwords_here_minutes": limits.PASSWORDS_OF_NAME_IN_NETWORK.seconds // MINUTE,
        "passwords": limits.PASSWORDS_OF_NAME.cap,
        "known_days": known_devices.LIFETIME.days,
        "email_changes": limits.EMAIL_CHANGES_OF_ACCOUNT.cap,
        "password_changes": limits.PASSWORD_CHANGES_OF_ACCOUNT.cap,
        "change_hours": limits.EMAIL_CHANGES_OF_ACCOUNT.seconds // HOUR,
        "email_codes": limits.EMAIL_CODES_OF_ACCOUNT.cap,
        "unproven_notices": limits.NOTICES_TO_UNPROVEN.cap,
        "invitations": limits.INVITATIONS_TO_MEMBER.cap,
        "calls": limits.STAFF_API_CALLS.cap,
        "calls_minutes": limits.STAFF_API_CALLS.seconds // MINUTE,
    }


def _work() -> dict[str, Any]:
    return {
        "work_minutes": proof_of_work.LIFETIME_SECONDS // MINUTE,
        "work_wait": limits.WAITING.seconds,
        "waits": limits.WAITED_IN_NETWORK.cap,
        "waits_minutes": limits.WAITED_IN_NETWORK.seconds // MINUTE,
        "country_waits": limits.WAITED_FOR_COUNTRY.cap,
    }


def _services() -> dict[str, Any]:
    return {
        "service_calls": service_account.DEFAULT_CALL_LIMIT,
        "service_lookups": limits.SERVICE_LOOKUPS.cap,
        "cursor_days": changes.LIFETIME.days,
        "most_changes": changes.PAGE_SIZE,
        "most_ids": schemas.MOST_IDS,
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
        "device_name_max": session.DEVICE_NAME_MAX_LENGTH,
        "session_days": session.SESSION_LIFETIME.days,
        "session_kept_days": session.KEPT_AFTER_END.days,
        "keys_minutes": well_known.KEYS_SECONDS // MINUTE,
        "refresh_grace": session.REFRESH_GRACE.seconds,
        "retry_key_min": keys.MIN_LENGTH,
        "retry_hours": idempotency_key.KEPT // timedelta(hours=1),
        "fresh_minutes": session.FRESH.seconds // MINUTE,
        "staff_idle_hours": staff_state.IDLE_SECONDS // HOUR,
        "staff_hours": staff_state.LIFETIME // timedelta(hours=1),
        "invitation_hours": enrolment.LIFETIME // timedelta(hours=1),
        "api_token_days": hashed_token.DEFAULT_DAYS,
    }


def _pictures() -> dict[str, Any]:
    return {
        "pictures_max": rules.MAX_PICTURES,
        "picture_mb": sizes.MAX_BYTES // MEBIBYTE,
        "picture_megapixels": sizes.MAX_PIXELS // MEBIBYTE,
        "avif_megapixels": sizes.max_pixels("AVIF") // MEBIBYTE,
        "webp_megapixels": sizes.max_pixels("WEBP") // MEBIBYTE,
        "decoding_mib": sizes.MEMORY_BYTES // MEBIBYTE,
        "picture_min_side": sizes.MIN_SIDE,
        "picture_large": decoding.LARGE_SIDE,
        "picture_small": decoding.SMALL_SIDE,
        "form_mib": sizes.MAX_BODY_BYTES // MEBIBYTE,
        "body_mib": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MEBIBYTE,
        "decoding_wait": decoding.WAIT_SECONDS,
    }


def _leads() -> dict[str, Any]:
    return {
        "last_digits": search.LAST_DIGITS,
        "numbers_an_hour": search_limits.MANY_AN_HOUR,
        "previews": limits.PREVIEWS_TODAY.cap,
        "pending_hours": pending_number.LIFETIME // timedelta(hours=1),
        "lease_minutes": timeline.CLAIM_LEASE.seconds // MINUTE,
        "lease_hours": timeline.ASSIGNMENT_LEASE.seconds // HOUR,
        "shift_hours": agent_shift.LENGTH.seconds // HOUR,
        "first_contact": default("LEAD_FIRST_CONTACT_MINUTES"),
        "reveals": default("REVEALS_PER_DAY"),
        "link_hours": resume_link.LIFETIME // timedelta(hours=1),
        "link_pause": limits.LINKS_IN_A_ROW.seconds // MINUTE,
        "links": limits.LINKS_TO_LEAD.cap,
        "undo_minutes": verify.UNDO_WINDOW.seconds // MINUTE,
        "import_mb": default("IMPORT_MAX_MB"),
        "retention": default("LEAD_RETENTION_DAYS"),
        "events_retention": default("SECURITY_EVENT_RETENTION_DAYS"),
    }


def _webhooks() -> dict[str, Any]:
    return {
        "webhook_answer": http_post.READ_TIMEOUT_SECONDS,
        "webhook_connect": http_post.CONNECT_TIMEOUT_SECONDS,
        "webhook_in_all": http_post.TOTAL_TIMEOUT_SECONDS,
        "webhook_rotation": webhook_endpoint.ROTATION // timedelta(hours=1),
        "webhook_kept": webhook_delivery.RETENTION.days,
        "person_events_kept": person_event.RETENTION.days,
    }


def _times() -> dict[str, Any]:
    return {
        "db_connect": database.CONNECT_TIMEOUT_SECONDS,
        "db_statement": database.STATEMENT_TIMEOUT_MS // 1000,
        "db_lock": database.LOCK_TIMEOUT_MS // 1000,
        "db_idle": database.IDLE_IN_TRANSACTION_TIMEOUT_MS // 1000,
        "sms_connect": settings.SMS_CONNECT_TIMEOUT,
        "sms_answer": settings.SMS_READ_TIMEOUT,
        "sms_in_all": settings.SMS_CONNECT_TIMEOUT + settings.SMS_READ_TIMEOUT,
        "email_step": settings.EMAIL_TIMEOUT,
        "bucket_connect": picture_storage.CONNECT_TIMEOUT_SECONDS,
        "bucket_answer": picture_storage.READ_TIMEOUT_SECONDS,
        "health": health_database.TIMEOUT_SECONDS,
        "worker_late": heartbeat.LATE_SECONDS,
        "worker_tasks": len(periodic.registered),
        "health_fresh": readiness.FRESH_SECONDS,
        "hashing_wait": hashers.WAIT_SECONDS,
        "hashing_mib": hashers.Argon2PasswordHasher.memory_cost // 1024,
        "shutdown": server.GRACE_SECONDS,
        "worker_end": 2 * worker.GRACE_SECONDS,
    }


def _written(value: Any) -> str:
    """A number as the documents write it, with a space before each three digits."""
    return f"{value:,}".replace(",", " ") if isinstance(value, int) and value > 9999 else str(value)
