from contextlib import suppress
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import phone
from accounts.models import PhoneOTP, SecurityEvent, Session, User, UserProfile
from loopin.redaction import masked


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """For rows that only the flows write."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    list_display = [
        "username",
        "phone_number",
        "is_verified",
        "is_active",
        "is_staff",
        "date_joined",
    ]
    list_filter = ["is_verified", "is_active", "is_staff", "groups"]
    search_fields = ["username", "phone_number", "email", "profile__name"]
    ordering = ["-date_joined"]
    readonly_fields = ["phone_number", "is_verified", "date_joined"]
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Contact", {"fields": ("phone_number", "is_verified", "email")}),
        ("Staff", {"fields": ("first_name", "last_name")}),
        ("Permissions", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Dates", {"fields": ("date_joined",)}),
    )


@admin.register(UserProfile)
class UserProfileAdmin(admin.ModelAdmin[UserProfile]):
    list_display = ["name", "user", "gender", "birth_date", "location", "created_at"]
    list_filter = ["gender", "event_interests", "created_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__phone_number", "user__email", "location"]
    autocomplete_fields = ["event_interests"]
    readonly_fields = ["user", "created_at", "updated_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a profile is completed by its owner


@admin.register(PhoneOTP)
class PhoneOTPAdmin(ReadOnlyAdmin):
    """Whether somebody's code is live. The hash and the salt stay out of sight."""

    list_display = [
        "phone_number",
        "purpose",
        "attempts",
        "is_verified",
        "sent_at",
        "expires_at",
        "consumed_at",
    ]
    exclude = ["otp_hash", "otp_salt"]
    list_filter = ["purpose", "is_verified"]
    search_fields = ["phone_number"]
    ordering = ["-sent_at"]


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ["user", "created_at", "expires_at", "revoked_at"]
    list_select_related = ["user"]
    search_fields = ["user__phone_number", "user__username"]
    ordering = ["-created_at"]
    actions = ["revoke"]

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_session")

    @admin.action(description="End these sessions", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        self.message_user(request, f"{queryset.revoke()} sessions ended.")


@admin.register(SecurityEvent)
class SecurityEventAdmin(ReadOnlyAdmin):
    """Who got in and who tried. A whole number typed into the search finds what is known of it."""

    list_display = ["created_at", "kind", "user_id", "phone_hash", "ip", "session_id"]
    list_filter = ["kind", "created_at"]
    fields = ["created_at", "kind", "user_id", "phone_hash", "ip", "session_id", "data"]
    search_fields = ["=phone_hash", "=ip"]
    search_help_text = "A phone number with its country code, its masked form, or an IP address."
    show_full_result_count = False
    ordering = ["-pk"]

    @admin.display(description="User")
    def user_id(self, event: SecurityEvent) -> int | None:
        """Its number alone: the account may be gone."""
        return event.user_id

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        with suppress(ValidationError):
            search_term = masked(phone.normalise(search_term))
        return super().get_search_results(request, queryset, search_term)
