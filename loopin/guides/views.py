"""The pages of the guides, which are the same for everybody of a language, and their Markdown."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from loopin.guides.catalogue import GUIDES, Guide, TextFile
from loopin.guides.rendering import render
from loopin.web.documents import revalidated
from loopin.web.route_limits import limited_by_proxy
from loopin.web.views import site


@require_safe
@limited_by_proxy("it is the same for everybody of a language, without a statement")
def page(request: HttpRequest, guide: Guide) -> HttpResponse:
    """A guide for people; 404 if `API_DOCS_ENABLED` is off. `guide`: given by `urls.py`."""
    if not settings.API_DOCS_ENABLED:
        raise Http404
    context = {"guide": guide, "document": render(guide), "is_start": guide == GUIDES[0]}
    content = render_to_string("guides/guide.html", site(request) | context)
    return revalidated(request, content, language=str(get_language()))


@require_safe
@limited_by_proxy("it sends a file")
def text(request: HttpRequest, file: TextFile) -> FileResponse:
    """A guide or an example as it is written. `file`: given by `urls.py`."""
    kind = "markdown" if isinstance(file, Guide) else "plain"
    headers = {"Content-Language": "en"}
    content_type = f"text/{kind}; charset=utf-8"
    return FileResponse(file.path.open("rb"), content_type=content_type, headers=headers)
