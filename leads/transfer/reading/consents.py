"""Reads whether somebody may be contacted, in the words that lists have for yes and no."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from leads.transfer.reading import column_names

YES = {
    *(
        "yes",
        "y",
        "true",
        "1",
        "ok",
        "okay",
        "haan",
        "han",
        "ha",
        "haa",
        "agreed",
        "agree",
        "given",
    ),
    *("i agree", "accepted", "allowed", "opt in", "optin", "opted in", "subscribed", "granted"),
    *("consented", "confirmed", "हां", "हाँ", "जी हां", "जी हाँ", "सहमत", "सही", "✓", "✔", "✅"),
}
NO = {
    *("no", "n", "false", "0", "nahi", "nahin", "na ji", "not agreed", "disagree", "declined"),
    *("refused", "denied", "opt out", "optout", "opted out", "unsubscribed", "withdrawn", "dnd"),
    *("dnc", "do not call", "do not contact", "do not disturb", "don t call", "not allowed"),
    *("not given", "not interested in calls", "नहीं", "नही", "जी नहीं", "असहमत", "✗", "✘", "❌"),
}


def consent(text: str) -> bool:
    """Whether a cell says yes. Raises ValidationError with the code `invalid_choice`."""
    word = column_names.words(text) or text.strip()
    if word not in YES | NO:
        raise ValidationError(_("Write yes, no or nothing."), code="invalid_choice")
    return word in YES


def opt_out(text: str) -> bool | None:
    """The consent that a column such as "Do not call" leaves: False for yes, None for no, because
    who did not object has not agreed. Raises the same."""
    return False if consent(text) or column_names.words(text) in _OBJECTIONS else None


_OBJECTIONS = {"dnd", "dnc", "do not call", "do not contact", "do not disturb", "unsubscribed"}
