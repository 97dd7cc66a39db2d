"""The figures as CSV, with one number in each line, so that any program can arrange them."""

import csv
from io import StringIO

from leads.insights.figures import Figures
from leads.insights.tables import Cell

COLUMNS = ("table", "row", "figure", "value")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for the start of a formula: https://owasp.org/www-community/attacks/CSV_Injection"""


def csv_of(figures: Figures) -> str:
    file = StringIO()
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    for table in figures.tables:
        for name, *cells in table.rows:
            for column, cell in zip(table.columns[1:], cells, strict=True):
                rows.writerow([table.title, _without_formula(name), column, _without_formula(cell)])
    return file.getvalue()


def _without_formula(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
