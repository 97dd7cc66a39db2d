"""How numbers are written for people."""

from django import template
from django.utils.formats import number_format

from leads.insights.tables import Cell

register = template.Library()


@register.filter
def figure(cell: Cell) -> str:
    """`{{ cell|figure }}`: 12,345 or 42.1; a dash where there is nothing to divide by."""
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else number_format(cell, force_grouping=True)
