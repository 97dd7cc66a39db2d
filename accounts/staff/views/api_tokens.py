"""The page where staff create and revoke their API tokens; the middleware lets only staff in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.sessions.staff_state import get_member
from accounts.staff import api_tokens as tokens
from accounts.staff.forms import ApiTokenForm
from loopin.errors import LoopinError
from loopin.web.http import PageRequest, page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def api_tokens(request: PageRequest) -> HttpResponse:
    user = get_member(request)
    form = ApiTokenForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            context["token"] = tokens.create(user.pk, **form.cleaned_data)
            context["form"] = ApiTokenForm()
        except LoopinError as error:
            form.refuse(error)
    context["tokens"] = tokens.live_tokens(user.pk)
    return page(request, "accounts/staff/api_tokens.html", context, status=form.status)


@never_cache
@require_POST
def revoke_api_token(request: PageRequest, token_id: int) -> HttpResponse:
    tokens.revoke(token_id, user_id=get_member(request).pk)
    messages.success(request, _("The token is revoked: programs that use it are refused."))
    return redirect("api_tokens")
