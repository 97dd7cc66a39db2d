from django.contrib import admin

from interests.models import EventInterest


@admin.register(EventInterest)
class EventInterestAdmin(admin.ModelAdmin[EventInterest]):
    list_display = ["name", "slug", "description", "is_active"]
    list_editable = ["is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "description"]
    prepopulated_fields = {"slug": ["name"]}
