"""What follows a commit, in tests whose own transaction is rolled back in the end.

A request is over when its answer is there, so whatever it committed is committed by then.
"""

from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class CommitsMiddleware:
    """Runs what a request does after its commits; nothing where they were real."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        run_committed()
        return response


def run_committed() -> None:
    while connection.run_on_commit:
        _savepoints, action, _is_robust = connection.run_on_commit.pop(0)
        action()
