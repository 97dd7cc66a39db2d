"""What a check found."""

from dataclasses import dataclass

OK = "ok"
UNKNOWN = "unknown"
UNANSWERED = "unanswered"
"""The check did not end in time."""


@dataclass(frozen=True)
class Finding:
    """What one check found.

    `code`: a fixed word, for everybody. `detail`: what the log says besides; it may hold a path or
    an address. `is_failure`: whether this process should get no requests. What is not ok and no
    failure leaves the site degraded.
    """

    check: str
    code: str = OK
    detail: str = ""
    is_failure: bool = False

    @property
    def is_ok(self) -> bool:
        return self.code == OK


Findings = tuple[Finding, ...]


def codes_of(found: Findings) -> dict[str, str]:
    """By the names of the checks."""
    return {finding.check: finding.code for finding in found}
