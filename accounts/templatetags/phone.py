"""Phone numbers for templates."""

from django import template

from accounts.phone import grouping

register = template.Library()


@register.filter
def grouped(phone_number: str | None) -> str:
    """`{{ user.phone_number|grouped }}`: as people write it; "" for none."""
    return grouping.grouped(phone_number or "")
