from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest

from accounts.models import PhoneOTP, Session, User, UserProfile


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
    list_display = ["user", "device", "ip_address", "created_at", "last_used_at", "revoked_at"]
    exclude = ["refresh_hash", "refresh_parent_hash"]
    list_select_related = ["user"]
    search_fields = ["user__phone_number", "user__username"]
    ordering = ["-created_at"]
    actions = ["revoke"]

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_session")

    @admin.action(description="End these sessions", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        self.message_user(request, f"{queryset.revoke()} sessions ended.")
