"""How large a body may be: `DATA_UPLOAD_MAX_MEMORY_SIZE`, unless a view says that it takes files.

It is said apart from the view, by its name, because it counts before the view is reached: the CSRF
check reads the whole form.
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
    """Let the POSTs of the view of this name ("api:list_pictures") be larger.

    `is_allowed` looks at who asks, installs the upload handlers, and says whether the larger limit
    holds; for whom it does not, the general one does.
    """
    _file_views[view_name] = FileView(max_bytes, is_allowed)


def max_bytes(request: HttpRequest) -> int:
    """The largest body that this request may have."""
    match = request.resolver_match
    view = _file_views.get(match.view_name) if match and request.method == "POST" else None
    if view is not None and view.is_allowed(request):
        return view.max_bytes
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
