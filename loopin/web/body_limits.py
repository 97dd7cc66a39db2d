"""Limits the size of a body: `DATA_UPLOAD_MAX_MEMORY_SIZE`, or more for views that take files.

Views register by name, because the limit applies before the view runs: the CSRF check reads the
whole form.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True)
class FileView:
    max_bytes: int
    is_allowed: Callable[[HttpRequest], bool]


_file_views: dict[str, FileView] = {}


def allow_files(
    view_name: str, *, max_bytes: int, is_allowed: Callable[[HttpRequest], bool]
) -> None:
    """Allow larger POST bodies for the view of this name ("api:list_pictures").

    `is_allowed` checks who asks, installs the upload handlers, and says whether the larger limit
    applies; otherwise the general limit does.
    """
    _file_views[view_name] = FileView(max_bytes, is_allowed)


def max_bytes(request: HttpRequest) -> int:
    """The largest body that this request may have."""
    match = request.resolver_match
    view = _file_views.get(match.view_name) if match and request.method == "POST" else None
    if view is not None and view.is_allowed(request):
        return view.max_bytes
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
