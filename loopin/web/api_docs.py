"""The page at /api/docs/: Swagger UI from our own static files, in the look of the site."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import NinjaAPI, Swagger


class ApiDocs(Swagger):
    """`static/js/api_docs.js` reads these settings, and says the rest."""

    template = "api_docs.html"
    default_settings = {
        "deepLinking": True,
        "defaultModelsExpandDepth": 0,
        "docExpansion": "none",
        "filter": True,
        "layout": "BaseLayout",
        "persistAuthorization": True,
        "tryItOutEnabled": True,
    }

    def render_page(self, request: HttpRequest, api: NinjaAPI, **values: Any) -> HttpResponse:
        """In English like what it shows, whoever asks first."""
        with translation.override("en"):
            return super().render_page(request, api, **values)
