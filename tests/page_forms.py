"""Reads the forms of a page as a browser does: what each would send as it is."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse

Fields = dict[str, list[str]]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, Fields]] = []
        self.fields: Fields = {}
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has: dict[str, Any] = dict(attrs)
        if tag == "form":
            self.fields = {}
            self.forms.append((has.get("action") or "", self.fields))
        elif tag == "input" and "name" in has:
            is_choice = has.get("type") in ("checkbox", "radio")
            if not is_choice or "checked" in has:
                self.add(has["name"], has.get("value") or ("on" if is_choice else ""))
        elif tag == "textarea":
            self.area, _ = has["name"], self.add(has["name"], "")
        elif tag == "select":
            self.select = has["name"]
        elif tag == "option" and (self.select not in self.fields or "selected" in has):
            self.fields[self.select] = [has.get("value") or ""]  # the first, where none is selected

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # A browser drops one line break at the start (HTML §13.2.6.4.7).
            self.fields[self.area] = [self.fields[self.area][0].removeprefix("\n")]
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area][0] += data

    def add(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


def form_of(page: HttpResponse, action: str) -> Fields:
    """The fields of the form with this action, or of the one without any."""
    reader = _Reader()
    reader.feed(page.content.decode())
    found = dict(
        reversed([(path, fields) for path, fields in reader.forms if path in (action, "")])
    )
    return found.get(action) or found[""]
