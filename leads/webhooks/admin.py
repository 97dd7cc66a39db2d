"""Where admins add the endpoints of other systems and see their deliveries."""

from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnlyAdmin
from leads.models import WebhookDelivery, WebhookEndpoint
from leads.models.webhook_endpoint import URL_MAX_LENGTH
from leads.models.webhook_types import CHOICES
from leads.webhooks import rules
from leads.webhooks.signing import secret_of


class WebhookEndpointForm(forms.ModelForm[WebhookEndpoint]):
    url = forms.URLField(label=_("Address"), max_length=URL_MAX_LENGTH, assume_scheme="https")
    event_types = forms.MultipleChoiceField(
        label=_("What it is told"),
        choices=[(name, format_lazy("{}: {}", name, label)) for name, label in CHOICES],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = WebhookEndpoint
        fields = ["url", "description", "event_types", "is_active"]

    url_problem: ValidationError | None = None
    """What was found out about the address before the transaction."""

    def clean_url(self) -> str:
        url = rules.url(self.cleaned_data["url"])
        if self.url_problem is not None:
            raise self.url_problem
        return url


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(admin.ModelAdmin[WebhookEndpoint]):
    form = WebhookEndpointForm
    list_display = ["__str__", "url", "service", "is_active", "disabled_reason", "created_at"]
    list_select_related = ["service"]
    list_filter = ["is_active"]
    actions = ["rotate"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else ["service", "disabled_reason", "rotated_at", "created_at"]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Looks the name of the address up before Django opens a transaction around the form."""
        typed = request.POST.get("url", "")
        with suppress(ValidationError):  # the form says what is wrong with it
            request.url_problem = rules.problem_of(rules.url(typed))  # type: ignore[attr-defined]
        return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, *args, **kwargs)
        form.url_problem = getattr(request, "url_problem", None)
        return form

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it can be switched off instead, which keeps the record of its deliveries

    def save_model(
        self, request: HttpRequest, obj: WebhookEndpoint, form: Any, change: bool
    ) -> None:
        if change:
            obj.save_changed(form.Meta.fields)
        else:
            obj.save()

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
