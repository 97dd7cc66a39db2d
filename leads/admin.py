from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnlyAdmin
from accounts.phone.masking import masked
from accounts.sessions.staff_state import get_member
from leads.desk import search_limits
from leads.desk.search import Search
from leads.models import ImportBatch, Lead, LeadEvent, LeadExport
from leads.webhooks import admin as admin_webhooks  # noqa: F401  registers itself


class TimelineInline(admin.TabularInline[LeadEvent, Lead]):
    model = LeadEvent
    fields = ["created_at", "kind", "actor", "data"]
    extra = 0
    can_delete = False
    verbose_name_plural = _("timeline")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Lead)
class LeadAdmin(ReadOnlyAdmin):
    """To look things up: leads are worked on the desk, which asks and writes down who did what."""

    list_display = ["number", "status", "stage", "country", "source", "created_at"]
    list_filter = ["status", "stage", "source", "country", "created_at"]
    search_fields = ["pk"]
    search_help_text = _(
        "A part of a name or an e-mail address, a whole number or its last 4 digits."
    )
    ordering = ["-created_at", "-pk"]
    exclude = ["phone_number", "user"]
    inlines = [TimelineInline]
    show_full_result_count = False

    @admin.display(description=_("Number"))
    def number(self, lead: Lead) -> str:
        return masked(lead.phone_number) if lead.phone_number else "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["number", "account", *super().get_readonly_fields(request, obj)]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Filters by a part of the number would read it out, digit by digit."""
        return not lookup.startswith("phone_number") and super().lookup_allowed(
            lookup, value, request
        )

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        search, user = Search(search_term), get_member(request)
        search_limits.spend(search, user)
        is_searched = search.is_possible
        found = queryset.filter(pk__in=search.lead_ids(user)) if is_searched else queryset
        return found, False

    @admin.display(description=_("Account"))
    def account(self, lead: Lead) -> int | None:
        """Only the id, because the name of an account is its number."""
        return lead.user_id

    def view_on_site(self, lead: Lead) -> str:
        return reverse("leads:detail", args=[lead.pk])


@admin.register(LeadExport)
class LeadExportAdmin(ReadOnlyAdmin):
    """Who took which leads out of the desk, and how many."""

    list_display = ["created_at", "creator", "has_full_numbers", "rows", "finished_at", "query"]
    list_filter = ["has_full_numbers", "created_at"]
    list_select_related = ["creator"]
    search_fields = ["creator__username"]


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    """Who brought which file. What is in it stays out of sight."""

    list_display = ["created_at", "creator", "file_name", "state", "rows", "fresh", "merged"]
    list_filter = ["state", "created_at"]
    list_select_related = ["creator"]
    search_fields = ["creator__username", "file_name"]
    exclude = ["header", "sample", "warnings"]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Filters by the content would read it out."""
        return not lookup.startswith(
            ("header", "sample", "warnings", "staged", "refused_rows", "pieces")
        ) and super().lookup_allowed(lookup, value, request)
