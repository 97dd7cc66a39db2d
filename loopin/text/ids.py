"""Ids of rows as they come in addresses and forms."""

MOST_DIGITS = 18
"""As many as every number has that fits into PostgreSQL's bigint."""


def row_id(typed: str) -> int | None:
    """None for what is no id: anything but ASCII digits, at most 18 of them."""
    is_id = typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS
    return int(typed) if is_id else None


def row_ids(typed: list[str]) -> list[int] | None:
    """Different ids in their order; None if anything among them is none."""
    ids = {row_id(one) for one in typed}
    return None if None in ids else sorted(one for one in ids if one is not None)
