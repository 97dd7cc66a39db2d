"""When the addresses of the first version, `/auth/*`, were replaced, and how long they stay."""

from datetime import UTC, datetime

from django.utils.http import http_date

FIRST_WORD = "auth"
"""Of their paths."""

DEPRECATED_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""The day they gave way to `/api/auth/*`."""

SUNSET_AT = datetime(2028, 1, 1, tzinfo=UTC)
"""They stay at least until then: two years, in which most phones are replaced, and their apps with
them. The date may be put off, and is never moved closer."""

HEADERS = {
    "Deprecation": f"@{DEPRECATED_AT.timestamp():.0f}",
    "Sunset": http_date(SUNSET_AT.timestamp()),
}
"""As RFC 9745 and RFC 8594 write them."""

POLICY = (
    f"The addresses of the first version, `/{FIRST_WORD}/…`, are deprecated. They are not listed"
    " here; those under `/api/auth/…` take their place. Every answer of theirs has the headers"
    " `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link`; they stay at least until"
    f" {SUNSET_AT:%Y-%m-%d}."
)
"""What the API's description says about them."""

OPERATIONS = {"/auth/complete-profile": "/api/auth/version-1/complete-profile"}
"""The operations that version 1 has for itself. All its others are those of `/api/auth`."""
