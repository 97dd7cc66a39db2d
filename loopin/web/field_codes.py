"""The codes of broken fields: all that `errors` of a 422 can have."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class FieldCode:
    """`fields`: which can have it, and `advice`: what a client does next; both in English and
    Markdown, for docs/errors.md."""

    fields: str
    advice: str


_TYPE = "Mend the client: the schema has the type."
_LENGTH = "Show the message, which has the limit."
_CHOOSE = "Read the list again, and let the person choose from it."

FIELD_CODES: Mapping[str, FieldCode] = MappingProxyType(
    {
        "required": FieldCode("every field that is required", "Let the person fill the field in."),
        "invalid_type": FieldCode("every field", _TYPE),
        "invalid": FieldCode(
            "every field", "Show the message, which says how the value has to look."
        ),
        "invalid_choice": FieldCode(
            "`gender`, `event_interests`; `status` and `outcome` of leads; `event_types` of"
            " webhooks",
            _CHOOSE,
        ),
        "invalid_characters": FieldCode(
            "names, lines of text, phone numbers", "Show the message, which says what may be typed."
        ),
        "too_short": FieldCode("`name`, phone numbers", _LENGTH),
        "too_long": FieldCode("names, text, links, phone numbers, passwords", _LENGTH),
        "too_many": FieldCode("`event_interests`, `profile_pictures`", _LENGTH),
        "duplicate": FieldCode(
            "`event_interests`, `profile_pictures`, parameters of queries",
            "Remove what is there twice.",
        ),
        "reused": FieldCode(
            "`Idempotency-Key`", "Mend the client: another request needs a fresh key."
        ),
        "too_early": FieldCode("`birth_date`", "Show the message."),
        "in_future": FieldCode("`birth_date`", "Show the message."),
        "under_age": FieldCode(
            "`birth_date`", "Show the message. The person is too young for the site."
        ),
        "landline": FieldCode("phone numbers", "Let the person enter a mobile number."),
        "not_mobile": FieldCode(
            "phone numbers",
            "Let the person enter a mobile number; the message says how they begin.",
        ),
        "wrong_length": FieldCode(
            "phone numbers", "Show the message, which says how many digits are missing or too many."
        ),
        "shortened": FieldCode(
            "phone numbers",
            "A spreadsheet has shortened the number. Let the person enter it in full.",
        ),
        "country_not_allowed": FieldCode(
            "phone numbers", "Let the person use a number of another country."
        ),
        "undeliverable": FieldCode(
            "phone numbers",
            "The provider delivers nothing to this number. Let the person correct it.",
        ),
        "channel_unavailable": FieldCode("`channel`", "Ask again without `channel`."),
        "password_mismatch": FieldCode("`password_confirm`", "Let the person type both again."),
        "password_too_short": FieldCode("`password`", "Show the message."),
        "password_too_common": FieldCode("`password`", "Show the message."),
        "password_too_similar": FieldCode("`password`", "Show the message."),
        "password_entirely_numeric": FieldCode("`password`", "Show the message."),
        "picture_too_large": FieldCode("`files`", "Scale it down and send it again."),
        "picture_too_many_pixels": FieldCode("`files`", "Scale it down and send it again."),
        "picture_too_small": FieldCode("`files`", "Let the person choose another one."),
        "picture_unreadable": FieldCode("`files`", "Let the person choose another one."),
        "picture_kind_not_allowed": FieldCode(
            "`files`", "Convert it, or let the person choose another one."
        ),
        "too_many_pictures": FieldCode("`files`", "Let the person remove one first."),
        "unknown_picture": FieldCode(
            "`profile_pictures`, `avatar`",
            "Read the pictures again, and send addresses from that list.",
        ),
        "invalid_order": FieldCode(
            "`order`", "Read the pictures again, and name each of them once."
        ),
        "unknown_parameter": FieldCode(
            "parameters of a query", "Mend the client: the operation has no parameter of this name."
        ),
        "not_public": FieldCode(
            "`url` of webhooks", "Give the address of a system on the internet."
        ),
        "no_time_zone": FieldCode("times of follow-ups", "Send the time with its offset."),
        "past": FieldCode("times of follow-ups", "Let the person choose a later time."),
        "too_far": FieldCode("times of follow-ups", "Let the person choose an earlier time."),
    }
)

CHOICE, OTHER = "invalid_choice", "invalid"
"""What is said of a value that is none of a list, and of whatever else no rule of ours names."""
