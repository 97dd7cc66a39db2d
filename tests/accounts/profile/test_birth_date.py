"""A birth date in three fields: what people type, and what they are told."""

from datetime import date

from accounts.profile.forms import SectionForm
from accounts.profile.sections import SECTIONS
from tests.each import each

ABOUT = SECTIONS[0]


def form_of(day, month, year):
    typed = {"birth_date_day": day, "birth_date_month": month, "birth_date_year": year}
    return SectionForm(ABOUT, typed | {"name": "Asha Rao", "gender": "female"})


@each(
    "typed",
    [("23", "4", "1998"), (" 23", "04 ", "1998"), ("२३", "४", "१९९८"), ("２３", "٤", "1998")],
)
def test_digits_of_every_script_make_a_date(typed):
    form = form_of(*typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["birth_date"] == date(1998, 4, 23)


REAL = "Enter a real date in numbers, such as 23 4 1998."


@each(
    "typed, broken, words",
    [
        (("", "", ""), {"day", "month", "year"}, "Enter your birth date."),
        ((" ", "", " "), {"day", "month", "year"}, "Enter your birth date."),
        (("", "4", "1998"), {"day"}, "Enter the day, too."),
        (("23", "", "1998"), {"month"}, "Enter the month, too."),
        (("23", "", ""), {"month", "year"}, "Enter the month, too."),
        (("23", "4", "98"), {"year"}, "Enter all four digits of the year, such as 1998."),
        (("30", "2", "1998"), {"day"}, REAL),
        (("0", "2", "1998"), {"day"}, REAL),
        (("23", "13", "1998"), {"month"}, REAL),
        (("23", "4", "0000"), {"year"}, REAL),
        (("23", "Ap", "1998"), {"month"}, REAL),
        (("+2", "4", "1998"), {"day"}, REAL),
        (("²", "4", "1998"), {"day"}, REAL),
        (("1", "1", "2020"), {"day", "month", "year"}, "You must be at least 18 years old."),
    ],
)
def test_what_is_wrong_is_said_of_the_fields_it_is_about(typed, broken, words):
    form = form_of(*typed)
    assert form.errors["birth_date"] == [words]
    field = form["birth_date"]
    parts = {part.data["name"].removeprefix("birth_date_"): part.data["attrs"] for part in field}
    assert {name for name, attrs in parts.items() if attrs.get("aria-invalid")} == broken
    for name, attrs in parts.items():
        told = attrs.get("aria-describedby")
        assert told == ("id_birth_date_error" if name in broken else None)
    first = next(name for name in parts if name in broken)
    assert field.id_for_label == f"id_birth_date_{first}"


def test_fields_missing_altogether_are_a_missing_date():
    assert SectionForm(ABOUT, {}).errors["birth_date"] == ["Enter your birth date."]


def test_phones_know_what_to_fill_in():
    page = str(
        [
            str(part.tag())
            for part in SectionForm(
                ABOUT,
            )["birth_date"]
        ]
    )
    for part in ("bday-day", "bday-month", "bday-year"):
        assert f'autocomplete="{part}"' in page
    assert page.count('inputmode="numeric"') == 3
