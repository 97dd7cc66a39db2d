"""The figures as CSV: one number a line, so that any program can arrange them."""

import csv
from io import StringIO

from leads.insights.figures import Figures
from leads.insights.tables import Cell

COLUMNS = ("table", "row", "figure", "value")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for the start of a formula: https://owasp.org/www-community/attacks/CSV_Injection"""


def written(figures: Figures) -> str:
    file = StringIO()
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    for table in figures.tables:
        for name, *cells in table.rows:
            for column, cell in zip(table.columns[1:], cells, strict=True):
                rows.writerow([table.title, _harmless(name), column, _harmless(cell)])
    return file.getvalue()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
