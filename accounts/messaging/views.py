"""Development's page: the messages that test mode does not send."""

import hashlib

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.messaging import dev_inbox
from loopin.web.http import PageRequest, page

VERSION_DIGITS = 16


@never_cache
@require_safe
def inbox(request: PageRequest) -> HttpResponse:
    """The page asks again every two seconds, naming what it shows: 204 if that is all there is."""
    if not dev_inbox.is_open():
        raise Http404
    shown = dev_inbox.list_messages()
    version = hashlib.sha256(repr(shown).encode()).hexdigest()[:VERSION_DIGITS]
    if request.GET.get("shown") == version:
        return HttpResponse(status=204)
    context = {"inbox": shown, "version": version}
    return page(request, "accounts/messaging/inbox.html", context, partial="inbox")
