"""Where admins add the endpoints of other systems and see their deliveries."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnlyAdmin
from leads.models import WebhookDelivery, WebhookEndpoint
from leads.models.webhook_endpoint import check_url
from leads.models.webhook_types import CHOICES
from leads.webhooks.signing import secret_of


class WebhookEndpointForm(forms.ModelForm[WebhookEndpoint]):
    url = forms.URLField(
        label=_("Address"), max_length=500, assume_scheme="https", validators=[check_url]
    )
    event_types = forms.MultipleChoiceField(
        label=_("What it is told"),
        choices=[(name, format_lazy("{}: {}", name, label)) for name, label in CHOICES],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = WebhookEndpoint
        fields = ["url", "description", "event_types", "is_active"]


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(admin.ModelAdmin[WebhookEndpoint]):
    form = WebhookEndpointForm
    list_display = ["__str__", "url", "is_active", "disabled_reason", "created_at"]
    list_filter = ["is_active"]
    actions = ["rotate"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else ["disabled_reason", "rotated_at", "created_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it can be switched off instead, which keeps the record of its deliveries

    def save_model(
        self, request: HttpRequest, obj: WebhookEndpoint, form: Any, change: bool
    ) -> None:
        if obj.is_active:
            obj.disabled_reason = ""
        # Only these columns, because a worker may have moved the cursor since the row was read.
        obj.save(update_fields=[*form.Meta.fields, "disabled_reason"] if change else None)

    def response_add(
        self, request: HttpRequest, obj: WebhookEndpoint, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._show_secret(request, obj)

    @admin.action(description=_("Give it another secret"), permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        if len(queryset) != 1:
            words = gettext("Choose one: its secret is shown once.")
            self.message_user(request, words, messages.ERROR)
            return None
        [endpoint] = queryset
        endpoint.rotate()
        self.log_change(request, endpoint, "Rotated the secret.")
        return self._show_secret(request, endpoint)

    def _show_secret(self, request: HttpRequest, endpoint: WebhookEndpoint) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": gettext("The secret"),
            "endpoint": endpoint,
            "secret": secret_of(endpoint.seed),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/webhook_secret.html", context)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    list_display = [
        *("id", "endpoint", "event_type", "state", "attempts", "last_status", "last_error"),
        *("created_at", "delivered_at", "next_attempt_at"),
    ]
    list_filter = ["state", "event_type", "endpoint", "created_at"]
    list_select_related = ["endpoint"]
    ordering = ["-pk"]
    show_full_result_count = False
    actions = ["replay"]

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("leads.change_webhookdelivery")

    @admin.action(description=_("Send again"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: Any) -> None:
        count = queryset.replay()
        words = ngettext(
            "%(count)s message is sent again.", "%(count)s messages are sent again.", count
        )
        self.message_user(request, words % {"count": count})
