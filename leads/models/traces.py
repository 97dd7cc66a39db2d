"""What is stored of a person outside their lead: searches that somebody kept, and lists that wait
to be imported."""

import re
from collections.abc import Collection
from urllib.parse import parse_qsl, urlencode

from leads.models.import_row import ImportRow
from leads.models.lead_export import LeadExport
from leads.models.saved_view import SavedView

SHORTEST_NUMBER = 7
"""Fewer digits are searched for by whoever looks for many."""


def remove(phone_number: str | None, words: Collection[str]) -> None:
    """Remove the searches for a number, or for these words, which are names and e-mail addresses;
    and the number's rows in lists."""
    if phone_number:
        ImportRow.objects.filter(phone_number=phone_number).delete()
    sought = {word.casefold() for word in words if word}
    for view in SavedView.objects.filter(query__contains="q="):
        if _is_sought(view.query, phone_number, sought):
            view.delete()
    for export in LeadExport.objects.filter(query__contains="q="):
        if _is_sought(export.query, phone_number, sought):
            kept = [(name, value) for name, value in parse_qsl(export.query) if name != "q"]
            LeadExport.objects.filter(pk=export.pk).update(query=urlencode(kept))


def _is_sought(query: str, phone_number: str | None, words: Collection[str]) -> bool:
    """Whether a view searches for the number, in any spelling, or for one of the words."""
    typed = dict(parse_qsl(query)).get("q", "").strip()
    digits = re.sub(r"\D", "", typed).lstrip("0")
    is_number = len(digits) >= SHORTEST_NUMBER and (phone_number or "").endswith(digits)
    return is_number or typed.casefold() in words
