"""The product's addresses, and the least that any JSON view costs on the same way through it."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from loopin import urls
from loopin.web.http import json_response


def hello(request: HttpRequest) -> HttpResponse:
    return json_response({"message": "hello"})


handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500

urlpatterns = [path("api/hello", hello), *urls.urlpatterns]
