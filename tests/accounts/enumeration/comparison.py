"""Answers as somebody compares them who wants to learn whether a number has an account."""

import re

VOLATILE_KEYS = {
    *("id", "user_id", "email", "token", "access", "refresh", "device_token"),
    "refresh_token",
    *("created_at", "updated_at"),
}
VOLATILE_HEADERS = {"X-Request-ID", "Content-Length", "ETag", "Expires"}


def shape(value, number):
    """An answer without the values that belong to one number, account or moment."""
    if isinstance(value, dict):
        return {
            key: "…" if key in VOLATILE_KEYS and part else shape(part, number)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [shape(part, number) for part in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return round(value / 60)  # seconds, some of which pass
    if isinstance(value, str):
        return re.sub(r"[0-9]+ seconds", "n seconds", value.replace(number, "N"))
    return value


def words(response):
    """What a page says, without what belongs to one number."""
    return re.sub(r"<[^>]*>|[0-9+ \n]+|csrf[^\"]*\"[^\"]*\"", " ", response.content.decode())


def seen(response, number):
    headers = {
        name: re.sub(r"nonce-[^']*", "nonce", value) if name != "Retry-After" else int(value) // 60
        for name, value in response.headers.items()
        if name not in VOLATILE_HEADERS
    }
    cookies = sorted(response.cookies)
    if "json" in response.headers.get("Content-Type", ""):
        return response.status_code, headers, cookies, shape(response.json(), number)
    chain = [(path, status) for path, status in getattr(response, "redirect_chain", [])]
    return response.status_code, headers, cookies, chain, words(response)
