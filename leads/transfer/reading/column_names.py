"""The names that people and programs give the columns of their lists, in English and Hindi.

Among them are those of Google Contacts, Meta's lead ads, Zoho, HubSpot, LeadSquared, IndiaMART,
JustDial and 99acres. A name is compared in small letters, with one space for all punctuation.
"""

import re
import unicodedata

from loopin.text import spelling

MAX_NAME = 100
"""Characters of a column's name; longer ones are cut."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUKTA = "\u093c"
"""The dot under a letter of Hindi, which people leave out: फ़ोन and फोन are one word."""

_SEPARATORS = re.compile(r"[;\t|,]")


def words(name: str) -> str:
    """The words of a column's name: "Phone 1 - Value" becomes "phone 1 value"."""
    text = spelling.normalise(name[:MAX_NAME], MAX_NAME)
    text = _CAMEL.sub(" ", text).casefold().replace(_NUKTA, "")
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text)
    return " ".join(kept.split())


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|(?<= ))(?:{'|'.join(alternatives)})(?= |$)")


_PHONE = _pattern(
    *("phones?", "mob(?:iles?)?", "cell(?:phone)?", "cellular", "telephone", "tel", "whats ?app"),
    *("contact (?:no|num|number|nos)", "phone ?(?:no|num|number)", "mobile ?(?:no|num|number)"),
    *("mob ?no", "ph", "ph ?no", "msisdn", "call(?:er|ing) (?:no|number)", "phn(?: no)?", "wa no"),
    *("alt(?:ernat(?:e|ive))? (?:no|num|number)",),
    *("मोबाइल", "मोबाईल", "फोन", "दूरभाष", "व्हाट्सएप", "व्हाट्सऐप"),
    *("(?:संपर्क|सम्पर्क) (?:नंबर|नम्बर|सूत्र)",),
)
_PHONE_OR_NAME = {"contact", "contacts", "contact details", "number", "नंबर", "नम्बर", "संपर्क"}
_NOT_A_PHONE = _pattern(
    *("type", "label", "code", "verified", "status", "consent", "opt", "opted", "opt ?in", "optin"),
    *("ext", "extension", "model", "date", "time", "brand", "operator", "id", "valid", "count"),
    *("opt ?out", "permission", "calls?", "source", "country", "name", "message", "messages"),
)
_OF_OTHERS = _pattern(
    *("agent", "owner", "assigned", "executive", "sales", "dealer", "counsell?or", "employee"),
    *("staff", "rm", "manager", "telecaller", "created by", "modified by", "user", "caller name"),
    *("receiver", "virtual", "dealer", "seller", "company", "account", "father", "mother"),
    *("parents?", "spouse", "guardian", "emergency", "referred", "reference"),
)
_SECOND_PHONE = _pattern(
    *("alt", "alternat(?:e|ive)", "secondary", "second", "other", "office", "home", "landline"),
    *("work", "res(?:idence)?", "fax"),
    *("[2-9]", "additional", "whats ?app", "wa", "व्हाट्सएप", "व्हाट्सऐप", "वैकल्पिक", "दूसरा"),
)
_MOBILE = _pattern(
    "mob(?:iles?)?", "mobile ?(?:no|num|number)", "cell(?:phone)?", "मोबाइल", "मोबाईल"
)


def phone_rank(name: str) -> int:
    """How well a column's name says that its cells are the phone numbers of the leads.

    3 for a mobile number, 2 for a phone number, 1 for a further one of the person, 0 for none.
    """
    if _SEPARATORS.search(name.strip()):
        return 0
    text = words(name)
    is_named = text in _PHONE_OR_NAME or _PHONE.search(text)
    if not is_named or _NOT_A_PHONE.search(text) or _OF_OTHERS.search(text):
        return 0
    if _SECOND_PHONE.search(text):
        return 1
    return 3 if _MOBILE.search(text) else 2


def is_phone_name(name: str) -> bool:
    """Whether a cell of the first rows is the name of a column of numbers, and no sentence."""
    return len(name) <= 50 and len(words(name).split()) <= 5 and phone_rank(name) > 0


PEOPLE = (
    "(?:customer|client|lead|contact|person|contact person|student|candidate|buyer|sender|applicant"
    "|guest|attendee|participant|visitor|user|patient|member|prospect|enquirer|your|profile"
    "|display|subscriber|prospective customer|respondent|caller)"
)
_NAME = re.compile(
    rf"(?:full ?|complete |whole )?name|{PEOPLE}s? (?:full )?name|name of (?:the )?{PEOPLE}"
    r"|customer|client|lead|person|contact person|candidate|student|attendee|participant|guest"
    r"|name (?:in full|surname)|first (?:and )?last name|file as"
    r"|(?:पूरा )?नाम|(?:ग्राहक|व्यक्ति|छात्र|विद्यार्थी) का नाम"
)
_FIRST_NAME = re.compile(
    r"(?:contact |lead |your )?(?:first ?name|fname|given name|forename)|first|(?:पहला|प्रथम) नाम"
)
_LAST_NAME = re.compile(
    r"(?:contact |lead |your )?(?:last ?name|lname|surname|family name|second name)|last"
    r"|उपनाम|अंतिम नाम|कुलनाम"
)
_EMAIL = _pattern("e ?mails?", "e ?mail ?id", "mail(?: id)?", "ई ?मेल", "इ ?मेल", "gmail")
_NOT_AN_EMAIL = _pattern(
    *("opt", "opted", "optin", "status", "verified", "consent", "label", "type", "domain", "count"),
    *("date", "sent", "opened", "bounced", "alternat(?:e|ive)", "secondary", "[2-9]", "subject"),
)
_OPT_OUT = _pattern(
    *("dnd", "ndnc", "dnc", "do not (?:call|contact|disturb)", "don t call", "unsubscribed?"),
    *("opt(?:ed)? ?out", "blacklist(?:ed)?", "संपर्क न करें"),
)
_CONSENT = _pattern(
    *("consent", "opt(?:ed)? ?in", "permission", "agreed?", "may (?:we )?(?:call|contact)"),
    *("allow(?:ed)? (?:to )?(?:call|contact)", "marketing allowed", "सहमति", "अनुमति", "सहमत"),
)
_FOLLOW_UP = re.compile(
    r"(?:next |last )?follow ?up(?: (?:date|on|at|time|day|date time|due))?"
    r"|next (?:call|contact|contacted|activity|action|step)(?: (?:date|on|at|time))?"
    r"|call ?back(?: (?:date|on|at|time))?|reminder(?: (?:date|on|at))?|call (?:on|again)"
    r"|(?:अगला |अगली )?(?:फॉलो|फोलो) ?अप(?: (?:तिथि|तारीख|दिनांक))?"
    r"|अगली (?:कॉल|बात)(?: की तारीख)?"
)
_NOTE = re.compile(
    r"(?:remark|note|comment|message|feedback|discussion|description|requirement|inquiry|enquiry"
    r"|query)s?(?: [0-9]| details?| message| text)?|(?:sales|lead|call|customer|agent) "
    r"(?:remark|note|comment)s?|details?|narration|टिप्पणी|टिप्पणियां|टिप्पणियाँ|विवरण|संदेश|नोट|रिमार्क"
)
_IGNORED = re.compile(
    r"|id|uuid|guid|.* id|is organic|[sr]r? ?(?:no|num|number)|sl ?no|serial(?: (?:no|number))?"
    r"|row(?: (?:no|number))?|created(?: (?:time|date|at|on|by))?|creation (?:date|time)"
    r"|(?:last )?(?:modified|updated|activity|seen)(?: (?:time|date|at|on|by))?"
    r"|index|क्रमांक|क्र(?: सं)?|क्र म"
    r"|.* (?:label|type)|photo|retailer item id|inbox url|unnamed [0-9]+|group membership"
)

_COUNTRY_CODE = re.compile(
    r"(?:(?:phone|mobile|whatsapp|contact|number|no) )*(?:country|isd|dial(?:l?ing)?|calling) ?code"
)

_FIELDS = (
    ("country_code", _COUNTRY_CODE.fullmatch),
    ("opt_out", _OPT_OUT.search),
    ("consent", _CONSENT.search),
    ("first_name", _FIRST_NAME.fullmatch),
    ("last_name", _LAST_NAME.fullmatch),
    ("name", _NAME.fullmatch),
    ("follow_up", _FOLLOW_UP.fullmatch),
    ("note", _NOTE.fullmatch),
    ("ignore", _IGNORED.fullmatch),
)
"""Which words name which field; the first that fits."""


def field_named(name: str) -> str:
    """The field that a column's name says, numbers excepted; "" if it says none."""
    text = words(name)
    if _EMAIL.search(text) and not _OF_OTHERS.search(text):
        if _NOT_AN_EMAIL.search(text):
            return "ignore" if _IGNORED.fullmatch(text) else ""
        return "email"
    if is_phone_or_name(name):
        return "name" if text.startswith("contact") else ""
    return next((field for field, fits in _FIELDS if fits(text)), "")


def is_of_others(name: str) -> bool:
    """Whether a column is about a relative, a colleague or a company, and not about the lead."""
    return bool(_OF_OTHERS.search(words(name)))


def is_phone_or_name(name: str) -> bool:
    """Whether a column's name leaves open whether it has numbers or people's names."""
    return words(name) in _PHONE_OR_NAME
