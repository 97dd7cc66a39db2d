from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django_otp.plugins.otp_totp.admin import TOTPDevice

from accounts.models import ApiToken, PhoneOTP, SecurityEvent, Session, User, UserProfile
from accounts.phone import numbers
from accounts.staff import flows as staff
from loopin.logs.redaction import masked

# The page of a device shows its key, and whoever has the key can make the codes.
admin.site.unregister(TOTPDevice)


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """The admin of rows that only flows may write."""

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
    actions = ["reset_second_factor"]
    readonly_fields = ["phone_number", "is_verified", "date_joined"]
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Contact", {"fields": ("phone_number", "is_verified", "email")}),
        ("Staff", {"fields": ("first_name", "last_name")}),
        ("Permissions", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Dates", {"fields": ("date_joined",)}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # users are deactivated instead, because sessions and timelines refer to them

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            obj.sessions.all().revoke()  # if activated again, the person has to sign in again

    def has_reset_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    @admin.action(description="Reset the second factor", permissions=["reset"])
    def reset_second_factor(self, request: HttpRequest, queryset: Any) -> None:
        for user in queryset.filter(is_staff=True):
            with transaction.atomic():
                staff.reset_second_factor(user.pk)
                self.log_change(request, user, "Reset the second factor.")
            self.message_user(
                request, f"{user} sets up a second factor at the next sign-in.", messages.SUCCESS
            )


@admin.register(UserProfile)
class UserProfileAdmin(ReadOnlyAdmin):
    """Read-only, because the form of the admin does not apply the rules of profiles."""

    list_display = ["name", "user", "gender", "birth_date", "location", "created_at"]
    list_filter = ["gender", "event_interests", "created_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__phone_number", "user__email", "location"]


@admin.register(PhoneOTP)
class PhoneOTPAdmin(ReadOnlyAdmin):
    """Shows whether somebody's code is live. The hash and the salt can be neither seen nor
    filtered."""

    list_display = [
        "recipient",
        "purpose",
        "is_known_device",
        "attempts",
        "is_verified",
        "sent_at",
        "expires_at",
        "consumed_at",
    ]
    exclude = ["otp_hash", "otp_salt"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return not lookup.startswith(("otp_hash", "otp_salt"))

    list_filter = ["purpose", "is_verified"]
    search_fields = ["recipient"]
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
        for user_id in set(queryset.values_list("user_id", flat=True)):
            User.objects.revoke_devices(user_id)
        self.message_user(request, f"{queryset.revoke()} sessions ended.")


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Tokens are created by their owners; a superuser may revoke them."""

    list_display = ["name", "user", "scopes", "last_used_at", "expires_at", "revoked_at"]
    exclude = ["token_hash"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username"]
    actions = ["revoke"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return not lookup.startswith("token_hash")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_apitoken")

    @admin.action(description="Revoke these tokens", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        self.message_user(request, f"{queryset.revoke()} tokens revoked.")


@admin.register(SecurityEvent)
class SecurityEventAdmin(ReadOnlyAdmin):
    """The security log. A whole phone number in the search finds all events of that number."""

    list_display = ["created_at", "kind", "user_id", "recipient_hash", "ip", "session_id"]
    list_filter = ["kind", "created_at"]
    fields = ["created_at", "kind", "user_id", "recipient_hash", "ip", "session_id", "data"]
    search_fields = ["=recipient_hash", "=ip"]
    search_help_text = "A phone number with its country code, its masked form, or an IP address."
    show_full_result_count = False
    ordering = ["-pk"]

    @admin.display(description="User")
    def user_id(self, event: SecurityEvent) -> int | None:
        """Only the id, because the account may not exist any more."""
        return event.user_id

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        with suppress(ValidationError):
            search_term = masked(numbers.normalise(search_term))
        return super().get_search_results(request, queryset, search_term)
