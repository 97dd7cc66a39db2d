"""Addresses of pictures as our own pages show them."""

from django import template

from accounts.pictures import urls_of_files

register = template.Library()


@register.filter
def thumbnail(url: str) -> str:
    """The small one of an uploaded picture, from where the page is; a link as it is."""
    return urls_of_files.on_page(url)


@register.filter
def full_size(url: str) -> str:
    """The large one, from where the page is; a link as it is."""
    return urls_of_files.on_page(url, is_small=False)
