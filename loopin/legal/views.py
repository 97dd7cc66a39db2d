"""The pages of the privacy notice and the terms, which are the same for everybody of a language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from loopin.config.support_contact import get_link
from loopin.legal import texts
from loopin.web.documents import revalidated
from loopin.web.route_limits import limited_by_proxy
from loopin.web.views import site

LANGUAGES = dict(settings.LANGUAGES)


@require_safe
@limited_by_proxy("it is the same for everybody of a language, without a statement")
def privacy(request: HttpRequest) -> HttpResponse:
    return _page(request, texts.PRIVACY)


@require_safe
@limited_by_proxy("it is the same for everybody of a language, without a statement")
def terms(request: HttpRequest) -> HttpResponse:
    return _page(request, texts.TERMS)


def _page(request: HttpRequest, name: str) -> HttpResponse:
    """`?language=hi` shows another language than the reader's, for apps that link here."""
    asked = request.GET.get("language", "")
    language = asked if asked in LANGUAGES else str(translation.get_language())
    with translation.override(language):
        content = render_to_string(f"{name}.html", site(request) | _context(name, language))
    return revalidated(request, content, language=language)


def _context(name: str, language: str) -> dict[str, object]:
    contacts = [settings.GRIEVANCE_EMAIL, settings.GRIEVANCE_PHONE]
    return {
        "legal_text": texts.find(name, language),
        "company": settings.COMPANY_NAME,
        "grievance_name": settings.GRIEVANCE_NAME,
        "contacts": [(contact, get_link(contact)) for contact in contacts if contact],
        "address": f"/{name}/",
        "languages": settings.LANGUAGES,
        "language": language,
    }
