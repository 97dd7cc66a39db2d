"""Writes icons of static/vendor/lucide into the page."""

from functools import cache

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

FOLDER = settings.BASE_DIR / "static" / "vendor" / "lucide"


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """`{% icon "check" %}`: hidden from screen readers, so words beside it say what it means.

    Colour, size and stroke come from `.icon` in loopin.css. Raises FileNotFoundError for an icon
    that is not kept.
    """
    source = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    _, _, drawing = source.partition("<svg")[2].partition(">")
    shapes = " ".join(drawing.partition("</svg>")[0].split())
    svg = f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{shapes}</svg>'
    return mark_safe(svg)  # noqa: S308  a file of ours
