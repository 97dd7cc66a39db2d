from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from interests.listing import listing
from interests.models import EventInterest


@admin.register(EventInterest)
class EventInterestAdmin(admin.ModelAdmin[EventInterest]):
    list_display = ["name", "slug", "description", "is_active"]
    list_editable = ["is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "description"]
    prepopulated_fields = {"slug": ["name"]}

    def save_model(self, request: HttpRequest, obj: EventInterest, *change: Any) -> None:
        super().save_model(request, obj, *change)
        transaction.on_commit(listing.forget)

    def has_delete_permission(self, request: HttpRequest, obj: EventInterest | None = None) -> bool:
        return False  # make it inactive instead: profiles name it
