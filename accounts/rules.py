"""The rule of every field: a plain function that returns the clean value or raises ValidationError.

Forms and API schemas both call the rules, so that pages and API give the same messages. The `code`
of an error is for programs.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.models.user import EMAIL_MAX_LENGTH
from accounts.models.user_profile import (
    BIO_MAX_LENGTH,
    LOCATION_MAX_LENGTH,
    NAME_MAX_LENGTH,
    URL_MAX_LENGTH,
    Gender,
)
from interests.models import EventInterest
from loopin.rules import choices, described, limits_of
from loopin.text import email_address, spelling

PERSON_NAME_MAX_LENGTH = 150
EARLIEST_BIRTH_DATE = date(1900, 1, 1)
MAX_WORD_LENGTH = 40
"""Longer than a date or a word to choose, however it is typed."""
MAX_INTERESTS = 5
MAX_PICTURES = 6

_NAME_PUNCTUATION = f" -'\u2010\u2011{spelling.JOINERS}"
_APOSTROPHES = re.compile("[\u2018\u2019\u02bc\uff07]")
_is_web_address = URLValidator(["http", "https"])


@described(
    *("too_short", "too_long", "invalid_characters"),
    limits=lambda: {"minLength": settings.NAME_MIN_LENGTH, "maxLength": NAME_MAX_LENGTH},
)
def name(value: str) -> str:
    """`NAME_MIN_LENGTH`–100 characters: letters of any script, spaces, hyphens, apostrophes.

    With `NAME_FULL_STOPS` a full stop may stand after a letter: "A. P. J. Abdul".
    """
    value = _normalise_name(value, NAME_MAX_LENGTH)
    if not settings.NAME_MIN_LENGTH <= len(value) <= NAME_MAX_LENGTH:
        code = "too_long" if len(value) > NAME_MAX_LENGTH else "too_short"
        message = _("Enter a name of %(shortest)s to %(longest)s characters.")
        lengths = {"shortest": settings.NAME_MIN_LENGTH, "longest": NAME_MAX_LENGTH}
        raise ValidationError(message % lengths, code=code)
    _refuse_other_than_letters(value)
    return value


def _normalise_name(value: str, max_length: int) -> str:
    return _APOSTROPHES.sub("'", spelling.normalise(value, max_length))


def _refuse_other_than_letters(value: str) -> None:
    has_stops = settings.NAME_FULL_STOPS and all(map(_ends_in_letter, value.split(".")[:-1]))
    allowed = {*_NAME_PUNCTUATION, *("." if has_stops else "")}
    kinds = {unicodedata.category(character)[0] for character in set(value) - allowed}
    if kinds <= {"L", "M"} and "L" in kinds:
        return
    message = _("Use only letters, spaces, hyphens and apostrophes.")
    if settings.NAME_FULL_STOPS:
        message = _("Use only letters, spaces, hyphens, apostrophes, and full stops after letters.")
    raise ValidationError(message, code="invalid_characters")


def _ends_in_letter(text: str) -> bool:
    """Whether the last character is a letter, or a mark that belongs to one."""
    return bool(text) and unicodedata.category(text[-1])[0] in {"L", "M"}


@described(
    *("invalid", "too_early", "in_future", "under_age"),
    limits={"type": "string", "format": "date"},
)
def birth_date(value: str | date) -> date:
    """`YYYY-MM-DD`, from 1900 on, and `MINIMUM_AGE` or older today in India."""
    born = value if isinstance(value, date) else _parse_date(value)
    if born < EARLIEST_BIRTH_DATE:
        raise ValidationError(_("Enter a birth date from 1900 on."), code="too_early")
    today = localdate()
    if born > today:
        raise ValidationError(_("A birth date cannot be in the future."), code="in_future")
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age < settings.MINIMUM_AGE:
        message = _("You must be at least %(age)s years old.")
        raise ValidationError(message % {"age": settings.MINIMUM_AGE}, code="under_age")
    return born


def _parse_date(value: object) -> date:
    try:
        written = spelling.fold_digits(spelling.normalise(str(value), MAX_WORD_LENGTH))
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
            return date.fromisoformat(written)
    except ValueError:
        pass  # the 30th of February
    raise ValidationError(_("Enter a real date as YYYY-MM-DD, such as 1998-04-23."), code="invalid")


@described("invalid_choice", limits=choices(Gender))
def gender(value: str) -> str:
    """`male`, `female` or `other`, in any case."""
    chosen = spelling.normalise(value, MAX_WORD_LENGTH).lower()
    if chosen not in Gender.values:
        raise ValidationError(_("Choose male, female or other."), code="invalid_choice")
    return chosen


@described(
    *("required", "too_many", "duplicate", "invalid_choice"),
    limits={
        "minItems": 1,
        "maxItems": MAX_INTERESTS,
        "uniqueItems": True,
        "items": {"minimum": 1, "format": "int64"},
    },
)
def event_interests(ids: list[int]) -> list[int]:
    """1–5 different ids of active interests. One statement."""
    if not 1 <= len(ids) <= MAX_INTERESTS:
        code = "too_many" if ids else "required"
        message = _("Choose 1 to %(count)s interests.")
        raise ValidationError(message % {"count": MAX_INTERESTS}, code=code)
    if len(set(ids)) < len(ids):
        raise ValidationError(_("Choose each interest only once."), code="duplicate")
    if not set(ids) <= set(EventInterest.objects.active().values_list("pk", flat=True)):
        message = _("Choose interests from the list.")
        raise ValidationError(message, code="invalid_choice")
    return ids


@described("too_long", "invalid", limits={"format": "uri", "maxLength": URL_MAX_LENGTH})
def web_address(value: str) -> str:
    """An http(s) URL of at most 2048 characters."""
    value = spelling.normalise(value, URL_MAX_LENGTH)
    if len(value) > URL_MAX_LENGTH:
        message = _("A link may have at most %(count)s characters.")
        raise ValidationError(message % {"count": URL_MAX_LENGTH}, code="too_long")
    try:
        _refuse_unprintable(value)
        _is_web_address(value)
    except ValidationError:
        message = _("Enter a link that starts with http:// or https://.")
        raise ValidationError(message, code="invalid") from None
    return value


def _picture_limits() -> dict[str, Any]:
    counts = {"minItems": int(settings.PICTURES_REQUIRED), "maxItems": MAX_PICTURES}
    return {**counts, "uniqueItems": True, "items": limits_of(web_address)}


@described("required", "too_many", "duplicate", web_address, limits=_picture_limits)
def profile_pictures(urls: list[str]) -> list[str]:
    """1–6 different web addresses; none, too, unless `PICTURES_REQUIRED`."""
    if len(urls) > MAX_PICTURES or (settings.PICTURES_REQUIRED and not urls):
        raise ValidationError(pictures_wanted(), code="too_many" if urls else "required")
    urls = [web_address(url) for url in urls]
    if len(set(urls)) < len(urls):
        raise ValidationError(_("Add each picture only once."), code="duplicate")
    return urls


def pictures_wanted() -> str:
    return _("Add 1 to %(count)s pictures.") % {"count": MAX_PICTURES}


@described(web_address)
def avatar(value: str) -> str:
    """A web address, or "" for the first picture."""
    return web_address(value) if value.strip() else ""


@described(
    "too_long",
    "invalid_characters",
    email_address.normalise,
    limits={"format": "email", "maxLength": EMAIL_MAX_LENGTH},
)
def email(value: str) -> str:
    """A valid e-mail address in one spelling, or "" for none."""
    value = _text(value, EMAIL_MAX_LENGTH)
    return email_address.normalise(value) if value else ""


@described(email, "required")
def login_email(value: str) -> str:
    """An e-mail address to sign in with: one spelling, in small letters."""
    if not value.strip():
        raise ValidationError(_("Enter your e-mail address."), code="required")
    return email(value).lower()


@described(
    *("too_long", "required", "invalid_characters"),
    limits={"minLength": 1, "maxLength": PERSON_NAME_MAX_LENGTH},
)
def person_name(value: str) -> str:
    """A first or last name: 1–150 characters, as `name` allows them; people may have one letter."""
    value = _normalise_name(value, PERSON_NAME_MAX_LENGTH)
    if not 1 <= len(value) <= PERSON_NAME_MAX_LENGTH:
        code = "too_long" if value else "required"
        message = _("Enter a name of %(shortest)s to %(longest)s characters.")
        lengths = {"shortest": 1, "longest": PERSON_NAME_MAX_LENGTH}
        raise ValidationError(message % lengths, code=code)
    _refuse_other_than_letters(value)
    return value


@described("too_long", "invalid_characters", limits={"maxLength": BIO_MAX_LENGTH})
def bio(value: str) -> str:
    return _text(value, BIO_MAX_LENGTH, normalise=spelling.normalise_lines)


@described("too_long", "invalid_characters", limits={"maxLength": LOCATION_MAX_LENGTH})
def location(value: str) -> str:
    return _text(value, LOCATION_MAX_LENGTH)


def _text(
    value: str, max_length: int, *, normalise: Callable[[str, int], str] = spelling.normalise
) -> str:
    value = normalise(value, max_length)
    if len(value) > max_length:
        message = _("Use at most %(count)s characters.")
        raise ValidationError(message % {"count": max_length}, code="too_long")
    _refuse_unprintable(value)
    return value


def _refuse_unprintable(value: str) -> None:
    if spelling.has_unprintable(value, allowed="\n"):
        message = _("Remove the characters that cannot be shown.")
        raise ValidationError(message, code="invalid_characters")
