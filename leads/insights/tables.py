"""Turns counts into tables, and describes their charts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

Cell = str | int | float | None
"""Text, a count, a share in percent or a ratio; None where there is nothing to divide by."""

Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Chart:
    """How a table is drawn: the columns with these numbers, over the first.

    `kind`: "bar", "rows" (bars that lie) or "line".
    """

    kind: str
    series: tuple[int, ...] = (1,)
    most_rows: int = 1000


@dataclass(frozen=True)
class Table:
    """`columns` name what stands in each of `rows`; the first column names the row."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: list[Row]
    note: str = ""
    chart: Chart | None = None

    @property
    def summary(self) -> str:
        """A description of the chart for readers who cannot see it."""
        column = self.chart.series[0] if self.chart else 1
        most = max(self.rows, key=lambda row: _number(row[column]), default=("", 0))
        if not _number(most[column]):
            words = _("Chart of %(title)s. Nothing is to be seen yet.")
            return words % {"title": self.title.lower()}
        words = _("Chart of %(title)s. Most: %(name)s, %(count)s. The table below has all numbers.")
        return words % {"title": self.title.lower(), "name": most[0], "count": most[column]}

    @property
    def drawing(self) -> dict[str, object]:
        """The data of the chart for static/js/insights.js."""
        chart = self.chart or Chart("bar")
        rows = self.rows[: chart.most_rows]
        return {
            "key": self.key,
            "kind": chart.kind,
            "labels": [row[0] for row in rows],
            "series": [
                {"label": self.columns[number], "values": [row[number] for row in rows]}
                for number in chart.series
            ],
        }


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def share(part: int, whole: int) -> float | None:
    """Percent, with one digit."""
    return round(100 * part / whole, 1) if whole else None


def shares(
    labels: Mapping[str, StrOrPromise], counts: Mapping[str, int], *, whole: int | None = None
) -> list[Row]:
    """Rows of name, count and percent of the whole: of all of them, if no other is given."""
    total = sum(counts[name] for name in labels) if whole is None else whole
    return [
        (str(label), counts[name], share(counts[name], total)) for name, label in labels.items()
    ]


def outcomes(cohorts: Iterable[tuple[str, Mapping[str, int]]]) -> list[Row]:
    """Rows of name, leads, verified, complete and percent complete."""
    return [
        (
            name,
            cohort["requested"],
            cohort["verified"],
            cohort["completed"],
            share(cohort["completed"], cohort["requested"]),
        )
        for name, cohort in cohorts
    ]
