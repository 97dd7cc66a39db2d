"""What a cell looks like, before anybody knows what its column means."""

import re

from loopin.text import spelling

MAX_NUMBER_CELL = 60
"""Characters of a cell that may have a number; two numbers with a separator fit in."""

_BLANKS = {
    *("n/a", "na", "nil", "null", "none", "nan", "undefined", "(blank)", "blank", "unknown", "nat"),
    *("#n/a", "#value!", "#ref!", "#name?", "#div/0!", "#null!", "#num!", "\\n", "not available"),
}
_DASHES = re.compile(r"[\s.\-\u2010-\u2015_*?]*")
_DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{2,4}([ T].*)?")
_NUMBER = re.compile(r"[+0-9\s().\[\]/\u2010-\u2015\u2212-]+")
_SCIENTIFIC = re.compile(r"[0-9][.,]?[0-9]*e\+?[0-9]{1,2}", re.IGNORECASE)
_AROUND = re.compile(r"^(=\"|'|(tel|phone|whatsapp|p|wa):)+|\"$", re.IGNORECASE)
_MASKED = re.compile(r"[+0-9\s()-]*([•*●∙·]{2}|[xX]{3})[0-9\s•*●∙·xX()-]*")


def is_blank(cell: str) -> bool:
    """Whether a cell has nothing, or a word that programs write for nothing."""
    text = cell.strip().casefold()
    return text in _BLANKS or bool(_DASHES.fullmatch(text))


def looks_like_number(cell: str) -> bool:
    """Whether a cell may have a phone number of any country, also one that is masked or that a
    spreadsheet has shortened."""
    if not 7 <= len(cell) <= MAX_NUMBER_CELL:
        return False
    text = _AROUND.sub("", spelling.fold_digits(cell.strip()))
    if _SCIENTIFIC.fullmatch(text) or is_masked(text):
        return True
    if _DATE.fullmatch(text) or not _NUMBER.fullmatch(text):
        return False
    return 8 <= sum(c.isdigit() for c in text) <= 30


def is_masked(cell: str) -> bool:
    """Whether a cell has a number whose digits are hidden: `(+91) ••••• ••376`, `98xxxxxx01`."""
    return bool(_MASKED.fullmatch(cell.strip())) and any(c.isdigit() for c in cell)
