"""Lists that salespeople really had."""

from tests.each import each
from tests.leads.transfer.reading.opened import fields, read, values

DAY = "2026-12-31T10:00:00+05:30"


@each("name", ["Contact Number", "Mobile No"])
def test_a_list_calls_its_column_of_numbers_as_it_likes(name):
    assert values(f"Name,{name}\nAsha Rao,9812340020\n") == {
        "phone_number": "+919812340020",
        "name": "Asha Rao",
    }


def test_dates_as_excel_writes_them():
    rows = read(
        "phone,follow-up\n9812340043,12/31/2026\n9812340044,31/12/2026\n9812340045,31-Dec-26\n"
        "9812340046,46387\n9812340047,2026-12-31 00:00:00\n9812340048,31/12/26\n"
    )
    assert [row.values["follow_up"] for row in rows.values()] == [None, *[DAY] * 5]
    assert rows[2].values["note"] == "Follow-up in the file: 12/31/2026"
    assert [warning.code for warning in rows[2].warnings] == ["invalid_follow_up"]


def test_numbers_that_excel_was_told_to_leave_alone():
    rows = read('phone,name\n"=""9812340003""",Asha Rao\n\'9812340004,Bob Rao\n')
    assert [row.values["phone_number"] for row in rows.values()] == [
        *("+919812340003", "+919812340004")
    ]


@each("validation, landlines", [("e164", 0), ("valid", 3)])
def test_numbers_that_pandas_and_libreoffice_took_for_decimals(settings, validation, landlines):
    """Each of them with its `.0` is a number of another country, once a plus stands before it.

    Three begin as landlines do, and are refused for that where numbers have to exist.
    """
    settings.PHONE_VALIDATION = validation
    numbers = """7912345678 7012345678 9471234567 9370123456 8491234567 6681234567 6421123456
    6149912345 9812340002 8210123456 9012345678 9512345678 8812345678 6312345678 7712345678"""
    cells = [f"{number}.0" for number in numbers.split()]
    rows = read("phone,name\n" + "".join(f"{cell},Asha Rao\n" for cell in cells))
    refused = [row.refusal.code for row in rows.values() if row.refusal]
    assert refused == ["number_not_callable"] * landlines
    for row, number in zip(rows.values(), numbers.split(), strict=True):
        assert row.refusal or row.values["phone_number"] == f"+91{number}"
        assert not row.is_doubtful
        assert not row.is_foreign


def test_names_with_initials():
    rows = read(
        "phone,name\n9812340037,A. P. J. Abdul\n9812340038,Md. Rahim\n9812340039,K Rao\n"
        "9812340040,Jo\n9812340041,Asha Rao (Delhi)\n9812340042,Asha Rao 2\n"
    )
    assert [(row.values["name"], row.values["note"]) for row in rows.values()] == [
        ("A. P. J. Abdul", ""),
        ("Md. Rahim", ""),
        ("K Rao", ""),
        ("", "Name in the file: Jo"),
        ("", "Name in the file: Asha Rao (Delhi)"),
        ("", "Name in the file: Asha Rao 2"),
    ]


def test_metas_lead_ads():
    content = (
        "id\tcreated_time\tfull_name\tphone_number\temail\n"
        "l:123\t2026-11-01\tAsha Rao\tp:+919812340012\tasha@example.com\n"
    )
    expected = {
        "phone_number": "+919812340012",
        "name": "Asha Rao",
        "email": "asha@example.com",
    }
    assert values(content) == values(content.encode("utf-16")) == expected


def test_numbers_that_a_spreadsheet_has_shortened_are_lost():
    content = "phone,name\n9.19812E+11,Asha Rao\n9.81234E+09,Bob Rao\n"
    assert fields(content)["phone"] == "phone"
    for row in read(content).values():
        assert row.refusal.code == "number_unreadable"
        assert "its last digits are lost" in row.refusal.reason
