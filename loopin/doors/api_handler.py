"""The handler of the API: Django's own, with middleware and a way to the views of its own."""

from contextlib import suppress
from functools import lru_cache
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, URLResolver, get_resolver
from django.utils.module_loading import import_string

from loopin.web.http import GetResponse

HOOKS = {
    "process_view": "_view_middleware",
    "process_template_response": "_template_response_middleware",
    "process_exception": "_exception_middleware",
}
"""Methods of middleware, and where Django's handler looks for them."""


class ApiHandler(BaseHandler):
    """Passes a request through `API_MIDDLEWARE` to its view. Hooks of middleware (`process_view`,
    `process_template_response`, `process_exception`) are called as Django's handlers call them.

    Synchronous alone, as all of the API is.
    """

    answer: GetResponse

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware()

    def load_middleware(self, is_async: bool = False) -> None:
        """Like Django's, which knows `MIDDLEWARE` alone."""
        hooks: dict[str, list[Any]] = {name: [] for name in HOOKS}
        chain = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        for path in reversed(settings.API_MIDDLEWARE):
            with suppress(MiddlewareNotUsed):
                middleware = import_string(path)(chain)
                chain = convert_exception_to_response(middleware)
                for name in HOOKS:
                    hooks[name] += [getattr(middleware, name)] if hasattr(middleware, name) else []
        hooks["process_view"].reverse()  # of the outermost first, unlike the others
        vars(self).update({HOOKS[name]: found for name, found in hooks.items()})
        self.answer = cast(GetResponse, chain)

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """Find the view at the address, or at the same with a slash at its end or without it.

        The other spelling is looked up only when nothing is found at the first one, so the
        documented spelling costs nothing.
        """
        resolver = get_resolver()
        try:
            match = _match(resolver, request.path_info)
        except Resolver404:
            other = _other_spelling(request.path_info)
            match = _match(resolver, other)
            request.path = request.path_info = other
        request.resolver_match = match
        return match


def _match(resolver: URLResolver, path: str) -> ResolverMatch:
    """Raises Resolver404. A route without parameters is compared with its address only once."""
    known = _known_matches(resolver)
    match = known.get(path)
    if match is None:
        match = resolver.resolve(path)
        if not match.args and not match.kwargs:
            known[path] = match  # there is no other address of this route
    return match


@lru_cache(maxsize=1)
def _known_matches(resolver: URLResolver) -> dict[str, ResolverMatch]:
    """By address; at most one for each route of the resolver."""
    return {}


def _other_spelling(path: str) -> str:
    return path[:-1] if path.endswith("/") else f"{path}/"
