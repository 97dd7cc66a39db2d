"""How people type numbers, names, addresses and texts, and what every door makes of it.

The invisible characters are those that come with what is copied from chats, contacts and
spreadsheets: marks of direction, zero-width spaces, byte order marks and spaces that do not break.
"""

NUMBER = "+919812340001"

NUMBERS = [
    NUMBER,
    "9812340001",
    "09812340001",
    "098123 40001",
    "919812340001",
    "0091 98123 40001",
    "+91 (98123) 40001",
    "+91-98123-40001",
    "98123/40001",
    "9812340001.0",
    '="9812340001"',
    "'9812340001",
    "p:+919812340001",
    "tel:+91-98123-40001",
    "९८१२३ ४०००१",
    "٩٨١٢٣٤٠٠٠١",
    "９８１２３４０００１",
    "\u202a98123\u00a040001\u202c",
    "\ufeff98123\u200b40001",
    "98123\u201140001",
]
"""All of one number, where the country is India or not chosen."""

NO_NUMBERS = ["9.19812E+11", "79812340001", "981234000", "12025550123", "1409812340"]
"""What is none, and is never taken for one nearby."""

NAMES = {
    "Asha Rao": "Asha Rao",
    "  Asha\u00a0 Rao\t": "Asha Rao",
    "\u202eAsha\u200b Rao\u202c": "Asha Rao",
    "Jose\u0301 A\u0301lvarez": "José Álvarez",
    "D\u2019Souza": "D'Souza",
    "A. P. J. Abdul": "A. P. J. Abdul",
    "आशा राव\u200d": "आशा राव",
}

EMAILS = {
    "asha@example.com": "asha@example.com",
    " asha@EXAMPLE.com\u202c": "asha@example.com",
    "\u200basha@example\u3002com": "asha@example.com",
    "asha@bu\u0308cher.example": "asha@xn--bcher-kva.example",
}

NO_EMAILS = ["asha", "ásha@example.com", "asha@exa mple.com", "asha@example..com"]

TEXTS = {
    "Pune": "Pune",
    "\u200e New\u00a0 Delhi \u200f": "New Delhi",
    "Sa\u0303o Paulo": "São Paulo",
    "👩\u200d👧 Goa": "👩\u200d👧 Goa",
}
"""Texts of one line."""
