"""Finds English in a page that is in Hindi."""

import re
from html.parser import HTMLParser

READ_OUT = {"aria-label", "title", "placeholder", "alt", "data-label"}
SPOKEN_BY_SCRIPT = {
    *("data-one", "data-many", "data-one-above", "data-many-above"),
    *("data-live", "data-paused", "data-lost", "data-pause", "data-go-on"),
}
OF_ALL_PAGES = {"(optional)", "Please check these fields. Nothing is saved yet."}
STAY = {
    *(
        "CSV",
        "Excel",
        "OpenDocument",
        "SMS",
        "MiB",
        "MB",
        "UTF",
        "WhatsApp",
        "Loopin",
        "IN",
        "INR",
        "USD",
    ),
    *("phone", "name", "email", "consent", "note", "follow", "up", "yes", "no", "number", "count"),
    *("sam", "sita", "anil", "hari", "mona", "in", "Carol", "Rang", "Mine", "list", "csv", "Esc"),
    "Enter",
}
"""Names, what a file's columns are called, keys, and words that Hindi has from English."""


class Words(HTMLParser):
    """The words between <main> and </main>, those that are only read out among them."""

    def __init__(self):
        super().__init__()
        self.found, self.inside, self.silent = [], 0, 0

    def handle_starttag(self, tag, attrs):
        self.inside += tag == "main"
        self.silent += tag in ("script", "style")
        if self.inside:
            read = READ_OUT | SPOKEN_BY_SCRIPT
            self.found += [value for name, value in attrs if name in read and value]

    def handle_endtag(self, tag):
        self.inside -= tag == "main"
        self.silent -= tag in ("script", "style")

    def handle_data(self, data):
        if self.inside and not self.silent:
            self.found.append(data)


def english_left(response):
    """Words in Latin letters that are no names, with where they stand."""
    parser = Words()
    parser.feed(response.content.decode())
    assert parser.found
    return [
        (word, " ".join(text.split()))
        for text in parser.found
        if text.strip() not in OF_ALL_PAGES
        for word in re.findall(r"[A-Za-z]{2,}", text)
        if word not in STAY
    ]
