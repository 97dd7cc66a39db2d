"""The page for development that shows the messages which test mode does not send."""

import hashlib

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.messaging import dev_inbox
from loopin.web.http import PageRequest, page
from loopin.web.route_limits import limited_by_proxy

VERSION_DIGITS = 16


@never_cache
@require_safe
@limited_by_proxy("it is there in development alone")
def inbox(request: PageRequest) -> HttpResponse:
    """The page asks again every two seconds with the version it shows, and gets 204 if that is
    current."""
    if not dev_inbox.is_open():
        raise Http404
    inbox_messages = dev_inbox.list_messages()
    version = hashlib.sha256(repr(inbox_messages).encode()).hexdigest()[:VERSION_DIGITS]
    if request.GET.get("shown") == version:
        return HttpResponse(status=204)
    context = {"inbox": inbox_messages, "version": version}
    return page(request, "accounts/messaging/inbox.html", context, partial="inbox")
