"""Where superusers make service accounts and their keys, and see what they do."""

from datetime import datetime
from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import SecurityEvent, ServiceAccount, ServiceAccountKey, User
from accounts.service.forms import ServiceAccountForm, ServiceAccountKeyForm
from accounts.sessions.staff_state import get_member

Row = TypeVar("Row", bound=Model)

SHOWN_EVENTS = 50


class SuperusersOnly(admin.ModelAdmin[Row]):
    """No role gives this: a service account may do what few roles may. Nothing is deleted, since
    timelines and the security log refer to it."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ServiceAccount)
class ServiceAccountAdmin(SuperusersOnly[ServiceAccount]):
    form = ServiceAccountForm
    fields = ["name", "description", "scopes", "call_limit", "is_active"]
    list_display = ["name", "description", "scopes", "is_active", "last_used_at", "created_at"]
    list_select_related = ["user"]
    search_fields = ["user__username", "description"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceAccount]:
        accounts: QuerySet[ServiceAccount] = super().get_queryset(request).with_last_use()  # type: ignore[attr-defined]
        return accounts

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is None else [*self.fields, "created_at", "key_list", "events"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else ["created_at", "key_list", "events"]

    def save_model(
        self, request: HttpRequest, obj: ServiceAccount, form: Any, change: bool
    ) -> None:
        actor_id = get_member(request).pk
        if change:
            obj.change(is_active=form.cleaned_data["is_active"], actor_id=actor_id)
            return
        made = ServiceAccount.objects.create_account(**form.cleaned_data, actor_id=actor_id)
        obj.user, obj.created_at = made.user, made.created_at

    @admin.display(description=gettext_lazy("name"), ordering="user__username")
    def name(self, account: ServiceAccount) -> str:
        return account.name

    @admin.display(
        boolean=True, description=gettext_lazy("switched on"), ordering="user__is_active"
    )
    def is_active(self, account: ServiceAccount) -> bool:
        return account.user.is_active

    @admin.display(description=gettext_lazy("last use"), ordering="last_used_at")
    def last_used_at(self, account: ServiceAccount) -> Any:
        return account.last_used_at

    @admin.display(description=gettext_lazy("keys"))
    def key_list(self, account: ServiceAccount) -> SafeString:
        """Each with when it was made and used last, when it expires, and when it was revoked."""
        rows = [
            (key.pk, *map(_shown_time, (key.created_at, key.last_used_at, key.expires_at)), ending)
            for key in account.keys.all()
            for ending in [_shown_time(key.revoked_at)]
        ]
        words = _("Key {}: made {}, last use {}, expires {}, revoked {}")
        shown = format_html_join("", "{}<br>", [(words.format(*row),) for row in rows])
        address = f"{reverse('admin:accounts_serviceaccountkey_add')}?account={account.pk}"
        return format_html('{}<a href="{}">{}</a>', shown, address, _("Make a key"))

    @admin.display(description=gettext_lazy("security log"))
    def events(self, account: ServiceAccount) -> SafeString:
        """The latest lines, of which the whole log has more."""
        lines = list(SecurityEvent.objects.filter(user_id=account.pk)[:SHOWN_EVENTS])
        actors = dict(
            User.objects.filter(pk__in=[line.data.get("by") for line in lines]).values_list(
                "pk", "username"
            )
        )
        rows = [
            (_shown_time(line.created_at), line, _details_of(line.data, actors)) for line in lines
        ]
        return format_html_join(mark_safe("<br>"), "{}: {} ({})", rows)


def _details_of(data: dict[str, Any], actors: dict[int, str]) -> str:
    """What a line of the log has beside its kind, with the name of who did it."""
    named = data | ({"by": actors.get(data["by"], data["by"])} if "by" in data else {})
    values = {
        name: " ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in named.items()
    }
    return ", ".join(f"{name}: {value}" for name, value in values.items())


def _shown_time(moment: datetime | None) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}" if moment else "–"


@admin.register(ServiceAccountKey)
class ServiceAccountKeyAdmin(SuperusersOnly[ServiceAccountKey]):
    """A key is shown once, when it is made; afterwards it can only be revoked."""

    form = ServiceAccountKeyForm
    list_display = ["__str__", "created_at", "last_used_at", "expires_at", "revoked_at"]
    list_select_related = ["account__user"]
    search_fields = ["account__user__username"]
    actions = ["revoke"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ["account", "created_at", "last_used_at", "expires_at", "revoked_at"]
        return ["account", "days"] if obj is None else shown

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return not lookup.startswith("token_hash")

    def save_model(
        self, request: HttpRequest, obj: ServiceAccountKey, form: Any, change: bool
    ) -> None:
        actor_id = get_member(request).pk
        made = obj.account.create_key(days=form.cleaned_data["days"], actor_id=actor_id)
        obj.pk, obj.text, obj.expires_at = made.pk, made.text, made.expires_at

    def response_add(
        self, request: HttpRequest, obj: ServiceAccountKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": _("The key"),
            "key": obj,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/service_key.html", context)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    @admin.action(description=gettext_lazy("Revoke these keys"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        count = queryset.revoke(actor_id=get_member(request).pk)
        words = ngettext("%(count)s key was revoked.", "%(count)s keys were revoked.", count)
        self.message_user(request, words % {"count": count})
