"""What is mutated, and which tests each mutant has to get past."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """`modules`: patterns of paths. A mutant meets those of `tests` that call what it changes."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


SUBJECTS = {
    "codes": Subject(
        tuple(f"accounts/codes/{name}.py" for name in ("flows", "lanes", "message_limits", "risk")),
        (
            "tests/accounts/codes",
            "tests/accounts/test_security_events.py",
            "tests/accounts/test_signals.py",
            "tests/accounts/email_accounts/test_email.py",
            "tests/abuse/test_flooding.py",
            "tests/abuse/test_guessing.py",
        ),
    ),
    "doors_of_codes": Subject(
        (
            "accounts/codes/[!flmr]*.py",
            "accounts/codes/forms.py",
            "accounts/codes/re*.py",
            "accounts/codes/rules.py",
        ),
        (
            "tests/accounts/codes",
            "tests/accounts/signin",
            "tests/accounts/email_accounts/test_pages.py",
        ),
    ),
    "limits": Subject(
        (
            "accounts/limits.py",
            "accounts/models/phone_otp.py",
            "accounts/models/rate_counter.py",
        ),
        (
            "tests/accounts/codes",
            "tests/accounts/test_limits.py",
            "tests/accounts/test_security_events.py",
            "tests/abuse/test_flooding.py",
            "tests/abuse/test_guessing.py",
            "tests/loopin/background/test_retention.py",
        ),
    ),
    "tokens": Subject(
        (
            "accounts/sessions/[!bsuv]*.py",
            "accounts/sessions/bearer_auth.py",
            "accounts/sessions/schemas.py",
        ),
        ("tests/accounts/sessions",),
    ),
    "browsers": Subject(
        (
            "accounts/sessions/browser_session.py",
            "accounts/sessions/shared_check.py",
            "accounts/sessions/staff_state.py",
            "accounts/sessions/user_agent.py",
            "accounts/sessions/views.py",
        ),
        ("tests/accounts/sessions", "tests/accounts/staff/sign_in"),
    ),
    "consent": Subject(("accounts/consent/*.py",), ("tests/accounts/privacy/test_consent.py",)),
    "access": Subject(("leads/access.py",), ("tests/leads/test_access.py", "tests/leads/actions")),
    "network": Subject(
        ("loopin/web/client_network.py",), ("tests/loopin/web/test_client_network.py",)
    ),
}

TOO_SLOW = (
    "tests/abuse/test_flooding.py::test_a_flood_costs_others_nothing_however_the_proxy_writes_an_ip",
    "tests/abuse/test_flooding.py::test_a_cap_of_ten_lets_exactly_ten_of_fifty_through_two_processes",
    "tests/abuse/test_guessing.py::test_a_year_of_guessing_every_day_is_worth_less_than_one_in_a_thousand",
)
"""Tests of seconds, which notice nothing that no other does."""
