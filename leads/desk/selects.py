"""A select with very many options."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


class LongSelect(forms.Select):
    """A select whose options are written in one go.

    Django renders two templates for each option: for the 260 members of a large team that took
    twice as long as everything else on the desk. It knows no groups of options.
    """

    def render(
        self,
        name: str,
        value: Any,
        attrs: Mapping[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        chosen = self.format_value(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                ("" if key is None else key, _selected(is_chosen=str(key) in chosen), label)
                for key, label in self.choices
            ),
        )
        own = self.build_attrs(dict(self.attrs), {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(own), options)


def _selected(*, is_chosen: bool) -> SafeString:
    return mark_safe(" selected" if is_chosen else "")  # noqa: S308  a constant
