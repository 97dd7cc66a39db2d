"""The URLs of pictures on our own pages."""

from django import template

from loopin.web import media_urls

register = template.Library()


@register.filter
def thumbnail(url: str) -> str:
    """The URL of the small file of an uploaded picture; a link stays as it is."""
    return media_urls.get_page_url(url)


@register.filter
def full_size(url: str) -> str:
    """The URL of the large file of an uploaded picture; a link stays as it is."""
    return media_urls.get_page_url(url, is_small=False)
