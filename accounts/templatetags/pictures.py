"""Addresses of pictures as our own pages show them."""

from django import template

from loopin.web import media_urls

register = template.Library()


@register.filter
def thumbnail(url: str) -> str:
    """The small one of an uploaded picture, from where the page is; a link as it is."""
    return media_urls.get_page_url(url)


@register.filter
def full_size(url: str) -> str:
    """The large one, from where the page is; a link as it is."""
    return media_urls.get_page_url(url, is_small=False)
