"""Which headers pages of other sites (CORS_ALLOWED_ORIGINS) may send and read."""

from corsheaders.defaults import default_headers

ALLOW_HEADERS = (
    *default_headers,
    "x-request-id",
    "device-token",
    "proof-of-work",
    "idempotency-key",
    "app-version",
)

EXPOSE_HEADERS = (
    "Retry-After",
    "ETag",
    "Deprecation",
    "Sunset",
    "Link",
    "X-Request-ID",
    "RateLimit",
    "RateLimit-Policy",
)
