"""Renders the page of an error, without the database."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from loopin.errors import Forbidden, LoopinError
from loopin.request_facts import note_refusal

logger = logging.getLogger(__name__)

WORTH_ANOTHER_TRY = {429, 500, 503}

FALLBACK_PAGE = """<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Please try again · Loopin</title>
  </head>
  <body>
    <main>
      <h1>Something went wrong</h1>
      <p>It is our fault, not yours. Please try again in a moment.</p>
      <p><a href="/">Go to the start page</a></p>
    </main>
  </body>
</html>
"""
"""The page if a template itself is broken, or a context processor."""


class FormOutOfDate(Forbidden):
    """The CSRF token of a form is not the browser's. The API has no forms, so it never answers
    this."""

    code = "form_out_of_date"
    message = _("Nothing was sent, because this page was out of date. Please send it once more.")


def error_page(request: HttpRequest, error: LoopinError) -> HttpResponse:
    """The page of this error, or the fallback page if it cannot be rendered."""
    # The error page does not offer to send a form again. The form's own page says when to try
    # again, and keeps what was typed.
    note_refusal(error.code)
    may_retry = request.method == "GET" and error.status in WORTH_ANOTHER_TRY
    context = {"error": error, "may_retry": may_retry}
    try:
        response = render(request, "error.html", context, status=error.status)
    except Exception:
        logger.exception("The page of an error could not be made")
        response = HttpResponse(FALLBACK_PAGE, status=error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response
