"""Why a file as a whole cannot be read, in words."""

from django.utils.translation import gettext as _

from leads.transfer.reading.limits import MAX_COLUMNS, MAX_SHEET_ROWS


def no_table() -> str:
    return _("This is not a list. Save it as CSV or Excel (.xlsx), and upload that.")


def empty() -> str:
    return _("The file is empty.")


def no_rows() -> str:
    return _("There is no row below the names of the columns.")


def no_phone_column() -> str:
    return _(
        "No column of this file has phone numbers. Add one, and name it “phone” in the first row."
    )


def kind_of_file(kind: str) -> str:
    words = _("This is %(kind)s. Save the list as CSV or Excel (.xlsx), and upload that.")
    return words % {"kind": kind}


def zip_archive() -> str:
    return _(
        "This is an archive (ZIP), or a document of another program. Unpack it, or export the list"
        " as CSV, and upload that."
    )


def contacts() -> str:
    return _("This is a file of contact cards. Export your contacts as CSV, and upload that.")


def password() -> str:
    return _("This file is protected with a password. Remove the password, and upload it again.")


def damaged_spreadsheet() -> str:
    return _("This file cannot be opened as a spreadsheet. Save it as CSV, and upload that.")


def large_spreadsheet() -> str:
    words = _(
        "This spreadsheet is too large: at most %(count)s rows can be read. Save it as CSV, and"
        " upload that."
    )
    return words % {"count": MAX_SHEET_ROWS}


def many_columns() -> str:
    words = _("This file has more than %(count)s columns. Delete those that are not needed.")
    return words % {"count": MAX_COLUMNS}


def long_row(row: int) -> str:
    return _("Row %(row)s is too long, so the rest cannot be read.") % {"row": row}


def broken_quote(row: int) -> str:
    words = _("Row %(row)s has a quotation mark out of place, so the rest cannot be read.")
    return words % {"row": row}
