"""The steps of a profile as a browser sends them."""

from typing import Any

from django.test import Client

from tests.accounts.pictures import made

STEPS: dict[str, dict[str, Any]] = {
    "about": {
        "name": "Alice D'Souza",
        "birth_date_day": "23",
        "birth_date_month": "4",
        "birth_date_year": "1998",
        "gender": "female",
    },
    "interests": {"event_interests": ["1", "3"]},
    "pictures": {},
    "more": {"location": "", "bio": "", "email": ""},
}


def send(browser: Client, step: str, **changes: Any) -> Any:
    """One step, with something else in some of its fields; a picture is uploaded before its own."""
    if step == "pictures":
        browser.post("/profile/pictures/upload/", {"files": [made.file(made.jpeg())]})
    return browser.post(f"/profile/complete/{step}/", STEPS[step] | changes)


def send_all(browser: Client, *steps: str) -> Any:
    """These steps, or all of them; the last answer."""
    return [send(browser, step) for step in steps or STEPS][-1]


def as_parts(birth_date: str) -> dict[str, str]:
    """What three fields send for `1998-04-23`; anything else goes into the year."""
    year, month, day = birth_date.split("-") if birth_date.count("-") == 2 else (birth_date, "", "")
    return {
        "birth_date_day": day or "1",
        "birth_date_month": month or "1",
        "birth_date_year": year,
    }
