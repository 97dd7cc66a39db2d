from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from interests.listing import listing
from interests.models import EventInterest
from loopin.background.after_commit import after_commit


@admin.register(EventInterest)
class EventInterestAdmin(admin.ModelAdmin[EventInterest]):
    list_display = ["name", "slug", "description", "is_active"]
    list_editable = ["is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "description"]
    prepopulated_fields = {"slug": ["name"]}

    def save_model(self, request: HttpRequest, obj: EventInterest, *change: Any) -> None:
        super().save_model(request, obj, *change)
        after_commit("Looking at the changed interests", listing.forget)

    def has_delete_permission(self, request: HttpRequest, obj: EventInterest | None = None) -> bool:
        return False  # make it inactive instead: profiles name it
