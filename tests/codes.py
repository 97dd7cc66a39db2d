"""Codes that people type."""


def wrong(code: str) -> str:
    """Another code, as long as this one."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"
