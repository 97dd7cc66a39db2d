from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin import ReadOnlyAdmin
from accounts.models import User
from leads import flows
from leads.models import Lead, LeadEvent
from leads.models.lead import Status

FACTS = [
    "phone_number",
    "stage",
    "country",
    "source",
    "user",
    "created_at",
    "last_activity_at",
    "verified_at",
    "converted_at",
]


class TimelineInline(admin.TabularInline[LeadEvent, Lead]):
    model = LeadEvent
    fields = ["created_at", "kind", "actor", "data"]
    extra = 0
    can_delete = False
    verbose_name_plural = "timeline"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Lead)
class LeadAdmin(ReadOnlyAdmin):
    """Leads are born of sign-ups and never deleted; staff set the status or vouch for a number."""

    list_display = ["phone_number", "status", "stage", "country", "source", "created_at"]
    list_filter = ["status", "source", "country", "created_at"]
    search_fields = ["phone_number", "user__profile__name"]
    ordering = ["-created_at", "-pk"]
    fields = ["status", *FACTS]
    inlines = [TimelineInline]
    actions = ["mark_as_verified"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("leads.change_lead")

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "status":
            kwargs["choices"] = [c for c in Status.choices if c[0] != Status.CONVERTED]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        is_customer = obj is not None and obj.converted_at is not None
        return [*FACTS, "status"] if is_customer else FACTS

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        flows.change_status(obj, obj.status, actor=cast(User, request.user))

    @admin.action(description="Mark as verified", permissions=["change"])
    def mark_as_verified(self, request: HttpRequest, queryset: Any) -> None:
        actor = cast(User, request.user)
        verified = sum(flows.verify_by_hand(lead, actor=actor) for lead in queryset)
        self.message_user(
            request,
            f"{verified} of {len(queryset)} leads marked as verified; the others already were.",
        )
