"""How many rows of lists as salespeople have them can be read, how fast, and with how much memory.

.venv/bin/python -m benchmarks.messy_rows --rows 1000 --large 1000000

The rows are made up from a seed. Each has the cells that lists have: many are clean, some have a
slip, and of each kind of cell it is known whether it is to be taken, kept in the note with a
warning, or costs the row. The run ends with an error if a row is read otherwise.
"""

import argparse
import csv
import io
import os
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import islice
from typing import BinaryIO, NamedTuple

HEADER = [
    "Sr. No.",
    "Full Name",
    "Mobile No.",
    "E-mail ID",
    "City",
    "Opt-in",
    "Next Call",
    "Remarks",
]
TODAY = date(2026, 11, 29)
READ_ROWS = 100_000
"""Rows of a large list whose values are read; the others are split into cells alone."""

Maker = Callable[[random.Random], str]


class Kind(NamedTuple):
    """A kind of cell: how often it comes, an example of it, and the code that it has to give."""

    weight: int
    make: Maker
    code: str = ""


def always(text: str) -> Maker:
    return lambda _random: text


def number(form: str) -> Maker:
    """A number of India in a form such as `+91 aaaaa bbbbb`."""

    def make(draw: random.Random) -> str:
        digits = "98" + "".join(draw.choice("0123456789") for _ in range(8))
        return form.replace("aaaaa", digits[:5]).replace("bbbbb", digits[5:])

    return make


PHONES = [
    *(Kind(weight, number(form)) for weight, form in [
        (300, "aaaaabbbbb"), (90, "+91 aaaaa bbbbb"), (60, "91aaaaabbbbb"), (50, "0aaaaabbbbb"),
        (50, "aaaaa-bbbbb"), (40, "+91-aaaaabbbbb"), (40, "aaaaabbbbb.0"), (20, "'aaaaabbbbb"),
        (20, '="aaaaabbbbb"'), (20, "(+91) aaaaa bbbbb"), (15, "p:+91aaaaabbbbb"),
        (10, "\u200eaaaaa\u00a0bbbbb"), (10, "0091aaaaabbbbb"),
    ]),
    *(Kind(weight, number(form), "several_numbers") for weight, form in [
        (25, "aaaaabbbbb / 9812340002"), (15, "aaaaabbbbb, 9812340002"),
        (8, "022-22334455/aaaaabbbbb"),
    ]),
    *(Kind(weight, number(form), "words_around_number") for weight, form in [
        (12, "Mob: aaaaabbbbb"), (12, "aaaaabbbbb (WhatsApp)"),
    ]),
    Kind(12, always("9999999999"), "made_up_number"),
    Kind(15, always("+447400123456")),
    Kind(15, always("9.19812E+11"), "number_unreadable"),
    Kind(12, always(""), "number_missing"),
    Kind(8, always("N/A"), "number_missing"),
    Kind(12, always("981234000"), "number_unreadable"),
    Kind(10, number("aaaaabbbbb7"), "number_unreadable"),
    Kind(10, always("022-22334455"), "number_not_callable"),
    Kind(8, always("call Asha"), "number_unreadable"),
    Kind(5, always("98xxxxx376"), "number_masked"),
]  # fmt: skip
NAMES = [
    *(Kind(60, always(name)) for name in [
        "Asha Rao", "K Rao", "A. P. J. Abdul", "MD. RAHIM", "आशा राव", "Dr. Sunita Sharma",
        "O’Neil", "  priya   nair ", "Anne-Marie D'Souza", "", "-", "NULL", "José Ñandú",
    ]),
    *(Kind(15, always(name), "invalid_name") for name in [
        "Jo", "Asha Rao (Delhi)", "Asha Rao 2", "Ravi & Sons", "Asha / Bob", "9812340001", "asha@x",
        "Ravi \"Bunty\" Kumar", "=HYPERLINK(\"x\")", "R.K.Traders Pvt.Ltd..", "Asha_Rao",
    ]),
]  # fmt: skip
EMAILS = [
    *(Kind(60, always(cell)) for cell in [
        "asha@example.com", "Asha.Rao@Example.CO.IN", "", "NA", "mailto:asha@example.com",
        " a@b.in ",
    ]),
    *(Kind(10, always(cell), "invalid_email") for cell in [
        "asha@example", "asha.example.com", "asha @example.com", "a@b.in, c@d.in", "no email", "@",
    ]),
]  # fmt: skip
CITIES = [Kind(1, always(city)) for city in ("Pune", "मुंबई", "New Delhi, NCR", "", "Line\nbreak")]
CONSENTS = [
    *(Kind(30, always(c)) for c in ("yes", "Y", "TRUE", "1", "हाँ", "no", "N", "DND", "", "-")),
    *(Kind(6, always(cell), "invalid_consent") for cell in ("maybe", "asked", "?!", "yes if free")),
]
DATES = [
    *(Kind(20, always(cell)) for cell in [
        "2026-12-31", "31/12/2026", "31-12-2026", "31.12.2026", "31-Dec-26", "31 Dec 2026", "46387",
        "Dec 31, 2026", "31/12/26", "2026-12-31 00:00:00", "31/12/2026 15:30", "31/12/2026 3:30 PM",
        "", "", "", "NA",
    ]),
    *(Kind(6, always(cell), "invalid_follow_up") for cell in [
        "12/31/2026", "tomorrow", "next week", "30/02/2026", "2020-01-01", "Monday 4pm", "31/12",
    ]),
]  # fmt: skip
NOTES = [
    Kind(20, always("call in the evening")),
    Kind(20, always("")),
    Kind(5, always('said "later"; budget 5,00,000\nlikes music 🎵')),
    Kind(1, always("x" * 3000), "note_cut"),
]
SERIAL = [Kind(1, always("7"))]
COLUMNS = [SERIAL, NAMES, PHONES, EMAILS, CITIES, CONSENTS, DATES, NOTES]


def make(count: int, seed: int) -> tuple[bytes, list[set[str]]]:
    """A file of messy rows, and the codes that each of them has to give."""
    draw = random.Random(seed)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["Leads of November"])
    writer.writerow(HEADER)
    expected = []
    for _row in range(count):
        kinds = [draw.choices(kinds, [kind.weight for kind in kinds])[0] for kinds in COLUMNS]
        writer.writerow([kind.make(draw) for kind in kinds])
        expected.append({kind.code for kind in kinds} - {""})
    return text.getvalue().encode(), expected


def measure_messy(count: int, seed: int) -> None:
    from leads.transfer.reading import columns, tables  # noqa: PLC0415  settings are known only here
    from leads.transfer.reading.rows import RowReader  # noqa: PLC0415

    content, expected = make(count, seed)
    table = tables.open_table(io.BytesIO(content), file_name="leads.csv")
    fields = columns.guess(table.header, table.sample, region="IN")
    reader = RowReader(table, fields, region="IN", today=TODAY)
    rows = [reader.read_row(cells) for _row, cells in table.rows()]
    codes: Counter[str] = Counter()
    for row, wanted in zip(rows, expected, strict=True):
        refused = {code for code in wanted if code.startswith("number_")}
        found = {row.refusal.code} if row.refusal else {w.code for w in row.warnings}
        if found != (refused or wanted):
            raise SystemExit(f"{wanted} expected, {found} found: {row}"[:1000])
        codes.update(found)
    refused_rows = sum(row.refusal is not None for row in rows)
    warned = sum(row.refusal is None and bool(row.warnings) for row in rows)
    taken = count - refused_rows
    print(f"{count} rows: {taken} taken, {warned} of them with warnings; {refused_rows} refused")
    for code, times in codes.most_common():
        print(f"  {times:5} {code}")


def write_large(file: BinaryIO, count: int) -> None:
    file.write(b"Full Name,Mobile No.,E-mail ID,City,Remarks,Next Call,Opt-in\n")
    for row in range(count):
        phone = 9_800_000_000 + row
        line = f"Asha Rao,{phone},asha{row}@example.com,Pune,call in the evening,31/12/2026,yes\n"
        file.write(line.encode())


def measure_large(count: int) -> None:
    from leads.transfer.reading import columns, tables  # noqa: PLC0415
    from leads.transfer.reading.rows import RowReader  # noqa: PLC0415

    with tempfile.TemporaryFile() as file:
        write_large(file, count)
        size = file.tell() / 2**20
        before, started = peak_mib(), time.process_time()
        table = tables.open_table(file, file_name="leads.csv")
        opened = time.process_time()
        fields = columns.guess(table.header, table.sample, region="IN")
        reader = RowReader(table, fields, region="IN", today=TODAY)
        split = sum(1 for _row in table.rows())
        split_at = time.process_time()
        rows = islice(table.rows(), READ_ROWS)
        taken = sum(reader.read_row(cells).refusal is None for _row, cells in rows)
        ended = time.process_time()
    print(
        f"{split} rows, {size:.0f} MiB: opened in {opened - started:.2f} s of CPU, split into cells"
        f" in {split_at - opened:.1f} s; {taken} of them read in {ended - split_at:.1f} s,"
        f" {taken / (ended - split_at):.0f} rows/s; the process grew by"
        f" {peak_mib() - before:.1f} MiB",
        flush=True,
    )


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--large", type=int, default=0)
    chosen = options.parse_args()
    set_up()
    measure_messy(chosen.rows, chosen.seed)
    for count in (10_000, chosen.large) if chosen.large else ():
        measure_large(count)


def set_up() -> None:
    """The product's settings; nothing connects to a database."""
    os.environ |= {"ENV_FILE": "", "PHONE_VALIDATION": "valid"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "loopin.settings"
    import django  # noqa: PLC0415

    django.setup()


if __name__ == "__main__":
    main()
