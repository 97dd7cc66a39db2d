"""What columns mean is guessed from their names, in English and Hindi, and from their cells."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from leads.transfer.export_file import COLUMNS
from leads.transfer.reading import columns
from leads.transfer.reading.columns import Field
from tests.each import each
from tests.leads.transfer.reading.opened import fields, table

PROGRAMS = {
    "Google Contacts": (
        "First Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value,"
        "Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Notes",
        {
            "First Name": Field.FIRST_NAME,
            "Last Name": Field.LAST_NAME,
            "E-mail 1 - Label": Field.IGNORE,
            "E-mail 1 - Value": Field.EMAIL,
            "Phone 1 - Label": Field.IGNORE,
            "Phone 1 - Value": Field.PHONE,
            "Phone 2 - Label": Field.IGNORE,
            "Phone 2 - Value": Field.OTHER_PHONE,
            "Notes": Field.NOTE,
        },
    ),
    "Meta's lead ads": (
        "id,created_time,ad_id,ad_name,campaign_name,form_name,is_organic,platform,full_name,"
        "phone_number,email,city",
        {
            **dict.fromkeys(("id", "created_time", "ad_id", "is_organic"), Field.IGNORE),
            "full_name": Field.NAME,
            "phone_number": Field.PHONE,
            "email": Field.EMAIL,
        },
    ),
    "Zoho": (
        "Record Id,Lead Owner,First Name,Last Name,Email,Phone,Mobile,Lead Source,Email Opt Out,"
        "Created Time,Description,City",
        {
            "Record Id": Field.IGNORE,
            "First Name": Field.FIRST_NAME,
            "Last Name": Field.LAST_NAME,
            "Email": Field.EMAIL,
            "Phone": Field.OTHER_PHONE,
            "Mobile": Field.PHONE,
            "Created Time": Field.IGNORE,
            "Description": Field.NOTE,
        },
    ),
    "HubSpot": (
        "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Contact owner,"
        "Lead Status,Opted out of email: Marketing Information",
        {
            "Record ID": Field.IGNORE,
            "First Name": Field.FIRST_NAME,
            "Last Name": Field.LAST_NAME,
            "Email": Field.EMAIL,
            "Phone Number": Field.OTHER_PHONE,
            "Mobile Phone Number": Field.PHONE,
        },
    ),
    "LeadSquared": (
        "Prospect ID,First Name,Email Address,Mobile Number,Lead Source,Owner,Notes,Do Not Call,"
        "Do Not Email",
        {
            "Prospect ID": Field.IGNORE,
            "First Name": Field.FIRST_NAME,
            "Email Address": Field.EMAIL,
            "Mobile Number": Field.PHONE,
            "Notes": Field.NOTE,
            "Do Not Call": Field.OPT_OUT,
        },
    ),
    "IndiaMART": (
        "UNIQUE_QUERY_ID,QUERY_TIME,SENDER_NAME,SENDER_MOBILE,SENDER_EMAIL,SENDER_CITY,"
        "SENDER_MOBILE_ALT,QUERY_PRODUCT_NAME,QUERY_MESSAGE,RECEIVER_MOBILE",
        {
            "UNIQUE_QUERY_ID": Field.IGNORE,
            "SENDER_NAME": Field.NAME,
            "SENDER_MOBILE": Field.PHONE,
            "SENDER_EMAIL": Field.EMAIL,
            "SENDER_MOBILE_ALT": Field.OTHER_PHONE,
            "QUERY_MESSAGE": Field.NOTE,
        },
    ),
    "JustDial": (
        "prefix,name,mobile,phone,email,category,city,area,dncmobile,company",
        {
            "name": Field.NAME,
            "mobile": Field.PHONE,
            "phone": Field.OTHER_PHONE,
            "email": Field.EMAIL,
        },
    ),
    "99acres": (
        "Sr. No.,Name,Email,Mobile,Property,Response Type,Message",
        {
            "Sr. No.": Field.IGNORE,
            "Name": Field.NAME,
            "Email": Field.EMAIL,
            "Mobile": Field.PHONE,
            "Response Type": Field.IGNORE,
            "Message": Field.NOTE,
        },
    ),
    "a list in Hindi": (
        "क्रमांक,नाम,मोबाइल नंबर,ई-मेल,शहर,टिप्पणी,सहमति,फॉलो-अप",
        {
            "क्रमांक": Field.IGNORE,
            "नाम": Field.NAME,
            "मोबाइल नंबर": Field.PHONE,
            "ई-मेल": Field.EMAIL,
            "टिप्पणी": Field.NOTE,
            "सहमति": Field.CONSENT,
            "फॉलो-अप": Field.FOLLOW_UP,
        },
    ),
    "a list by hand": (
        "S.No,Customer,Ph. No.,Alt. No.,Father Mobile,Mail ID,Remarks,Next Call,DND,Agent Phone",
        {
            "S.No": Field.IGNORE,
            "Customer": Field.NAME,
            "Ph. No.": Field.PHONE,
            "Alt. No.": Field.OTHER_PHONE,
            "Mail ID": Field.EMAIL,
            "Remarks": Field.NOTE,
            "Next Call": Field.FOLLOW_UP,
            "DND": Field.OPT_OUT,
        },
    ),
}


@each("header, expected", PROGRAMS)
def test_columns_of_the_usual_programs_are_known(header, expected):
    """What is not named here is kept in the note."""
    names = header.split(",")
    found = dict(zip(names, columns.guess(names, []), strict=True))
    assert found == dict.fromkeys(names, Field.KEEP_AS_NOTE) | expected


@each(
    "name, field",
    [
        *(
            (name, Field.PHONE)
            for name in ("Mobile No.", "CONTACT NUMBER", "phoneNumber", "Cell #")
        ),
        *((name, Field.PHONE) for name in ("WhatsApp", "फ़ोन", "फोन नंबर", "Mob", "Tel.", "PHONE*")),
        *((name, Field.NAME) for name in ("full_name", "Name of the Customer", "ग्राहक का नाम")),
        *((name, Field.EMAIL) for name in ("E-mail ID", "emailAddress", "ईमेल", "Work Email")),
        *((name, Field.CONSENT) for name in ("Consent", "WhatsApp Opt-in", "I agree to a call")),
        *((name, Field.OPT_OUT) for name in ("Do not contact", "Unsubscribed", "Opt-out")),
        *((name, Field.FOLLOW_UP) for name in ("follow-up", "Next Follow Up Date", "callBackDate")),
        *((name, Field.NOTE) for name in ("Comments", "Remark 2", "विवरण", "Enquiry Details")),
        *((name, Field.IGNORE) for name in ("id", "Lead ID", "Created On", "Sl No", "Unnamed: 0")),
        *((name, Field.KEEP_AS_NOTE) for name in ("Campaign", "Company Name", "Agent Phone", "x")),
        *((name, Field.KEEP_AS_NOTE) for name in ("Email Opt Out", "Phone verified", "City")),
        ("Mobile Number Country Code", Field.COUNTRY_CODE),
    ],
)
def test_names_are_read_in_any_spelling(name, field):
    assert columns.guess([name], []) == [field]


def test_the_most_filled_of_the_columns_of_numbers_is_called():
    found = fields("Mobile,Phone\n,9812340001\n,9812340002\n,9812340003\n9812340004,\n")
    assert found == {"Mobile": Field.OTHER_PHONE, "Phone": Field.PHONE}


def test_cells_say_what_names_do_not():
    found = fields("Person,M1,M2,Where\nAsha,9812340001,,a@example.com\nBob,9812340002,1,-\n")
    assert found == {
        "Person": Field.NAME,
        "M1": Field.PHONE,
        "M2": Field.KEEP_AS_NOTE,
        "Where": Field.EMAIL,
    }


def test_numbers_of_others_and_of_orders_are_not_called():
    row = "9812340001,x@example.com,9812340002,9812340003\n"
    found = fields("Agent Phone,Agent E-mail,Order ID,M1\n" + row * 2)
    assert found == {
        "Agent Phone": Field.KEEP_AS_NOTE,
        "Agent E-mail": Field.KEEP_AS_NOTE,
        "Order ID": Field.IGNORE,
        "M1": Field.PHONE,
    }


def test_a_list_without_names_of_columns_is_known_by_its_cells():
    found = fields("1,Asha Rao,9812340001,Pune,\n2,Bob Rao,9812340002,Delhi,\n")
    assert list(found.values()) == [
        *(Field.KEEP_AS_NOTE, Field.NAME, Field.PHONE, Field.KEEP_AS_NOTE)
    ]


@each("cell, field", [("9812340001", Field.PHONE), ("Asha Rao", Field.NAME)])
def test_a_contact_may_be_a_number_or_a_name(cell, field):
    assert fields(f"Contact,Tel\n{cell},9812340002\n")["Contact"] == field


def test_an_export_of_ours_gives_back_what_others_know():
    for names in (list(COLUMNS), [name for name in COLUMNS if name != "email"]):
        found = dict(zip(names, columns.guess(names, []), strict=True))
        known = {name: field for name, field in found.items() if field != Field.IGNORE}
        assert set(known) == {"number", "name", "email", "consent", "follow-up"} & set(names)


def test_a_matching_belongs_to_the_names_of_the_columns():
    key = columns.matching_key(["Mobile No.", "Full Name"])
    assert key == columns.matching_key(["mobile no", "FULL_NAME"])
    assert len(key) == 64
    assert key != columns.matching_key(["Full Name", "Mobile No."])
    assert key != columns.matching_key(["Mobile No. Full Name"])


@each("language", ["en", "hi"])
def test_a_list_without_names_of_columns_has_no_matching(language):
    with override(language):
        assert columns.matching_key(table("Asha,9812340001\n").header) == ""


def test_one_column_has_the_numbers():
    columns.check_fields([Field.PHONE, Field.NOTE, Field.NOTE, Field.IGNORE, Field.OTHER_PHONE])
    with pytest.raises(ValidationError, match="Choose the column that has the phone numbers"):
        columns.check_fields([Field.NAME])
    with pytest.raises(ValidationError, match="Two columns are “E-mail address”"):
        columns.check_fields([Field.PHONE, Field.EMAIL, Field.EMAIL])
