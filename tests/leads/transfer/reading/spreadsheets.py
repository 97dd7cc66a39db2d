"""Makes small spreadsheets, as bare as the formats allow."""

import io
import zipfile
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def archive(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as written:
        for name, text in files.items():
            written.writestr(name, text)
    return content.getvalue()


def xlsx(*sheets, hidden=()):
    """A workbook; each sheet is a list of rows, or the XML of its rows."""
    parts = range(1, len(sheets) + 1)
    states = ("visible", "hidden")
    names = "".join(
        f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}" state="{states[n in hidden]}"/>'
        for n in parts
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}">'
        f"<sheets>{names}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in parts}
        ),
    }
    for number, sheet in zip(parts, sheets, strict=True):
        rows = sheet if isinstance(sheet, str) else _rows(sheet)
        files[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return archive(files)


def _relations(targets):
    written = "".join(
        f'<Relationship Id="{name}" Type="{DOCUMENT}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{written}</Relationships>'


def _rows(rows):
    return "".join(
        f'<row r="{number}">'
        + "".join(_cell(f"{'ABCDEFGH'[at]}{number}", value) for at, value in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, start=1)
    )


def _cell(place, value):
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>' if value else ""


def ods(rows):
    kinds = {
        str: lambda text: f'office:value-type="string"><text:p>{escape(text)}</text:p>',
        float: lambda number: f'office:value-type="float" office:value="{number!r}">',
        bool: lambda yes: f'office:value-type="boolean" office:boolean-value="{str(yes).lower()}">',
    }
    table = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell {kinds[type(c)](c)}</table:table-cell>" for c in row)
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(f'xmlns:{name}="{OFFICE}:{name}:1.0"' for name in ("office", "table", "text"))
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest xmlns="{OFFICE}:manifest:1.0"/>',
            "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="S">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )
