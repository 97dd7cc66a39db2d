"""The headers of answers that clients may read, each described once."""

from typing import Any

REQUEST_ID = "X-Request-ID"

_INTEGER = {"type": "integer", "minimum": 0}
_STRING = {"type": "string"}

HEADERS: dict[str, dict[str, Any]] = {
    "Cache-Control": {
        "description": "How long the answer may be kept.",
        "schema": _STRING,
        "example": "public, max-age=60",
    },
    "ETag": {
        "description": "Send it as `If-None-Match` the next time; the answer is 304 if nothing"
        " changed.",
        "schema": _STRING,
        "example": '"9f86d081884c7d659a2feaa0c55ad015"',
    },
    "RateLimit": {
        "description": "What is left of the limit of the caller's own network, account or token of"
        " which least is left: `r` requests in the next `t` seconds"
        " (draft-ietf-httpapi-ratelimit-headers-10). Not there where none was counted.",
        "required": False,
        "schema": _STRING,
        "example": '"codes";r=29;t=600',
    },
    "RateLimit-Policy": {
        "description": "The same limit: `q` requests in `w` seconds.",
        "required": False,
        "schema": _STRING,
        "example": '"codes";q=30;w=600',
    },
    "Retry-After": {
        "description": "Seconds to wait, as `retry_after`.",
        "schema": _INTEGER,
        "example": 30,
    },
    "WWW-Authenticate": {
        "description": "RFC 6750 §3: what is wrong with the token.",
        "schema": _STRING,
        "example": 'Bearer error="invalid_token"',
    },
    REQUEST_ID: {
        "description": "Names the request in our log: the one that was sent, or a fresh one. Tell"
        " it to us when something went wrong.",
        "schema": _STRING | {"maxLength": 64},
        "example": "5d41402abc4b2a76",
    },
}


def reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/headers/{component_name(name)}"}


def component_name(name: str) -> str:
    """`XRequestID` of `X-Request-ID`, as names of components are words."""
    return name.replace("-", "")


def components() -> dict[str, Any]:
    """Each header is always there where it is described."""
    return {component_name(name): {"required": True} | one for name, one in HEADERS.items()}
