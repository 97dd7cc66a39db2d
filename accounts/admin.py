import re
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django_otp.plugins.otp_totp.admin import TOTPDevice

from accounts.models import ApiToken, PhoneOTP, SecurityEvent, Session, User, UserProfile
from accounts.models.user import E164_PATTERN, SERVICE_PREFIX
from accounts.phone.admin_search import AdminSearchMixin, as_stored
from accounts.phone.grouping import grouped
from accounts.service import admin as admin_of_services  # noqa: F401  registers itself
from accounts.staff import admin as admin_of_people  # noqa: F401  registers itself
from loopin.logs.redaction import masked

# The page of a device shows its key, and whoever has the key can make the codes.
admin.site.unregister(TOTPDevice)


class ReadOnlyAdmin(AdminSearchMixin, admin.ModelAdmin[Any]):
    """The admin of rows that only flows may write."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(UserProfile)
class UserProfileAdmin(ReadOnlyAdmin):
    """Read-only, because the form of the admin does not apply the rules of profiles."""

    list_display = ["name", "user", "gender", "birth_date", "location", "created_at"]
    list_filter = ["gender", "event_interests", "created_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__phone_number", "user__email", "location"]


@admin.register(PhoneOTP)
class PhoneOTPAdmin(ReadOnlyAdmin):
    """Shows whether somebody's code is live. Hashes and salts can be neither seen nor filtered."""

    list_display = [
        "recipient_in_groups",
        "purpose",
        "is_known_device",
        "attempts",
        "is_verified",
        "sent_at",
        "expires_at",
        "consumed_at",
    ]
    exclude = ["otp_hash", "otp_salt", "earlier"]

    @admin.display(description="recipient", ordering="recipient")
    def recipient_in_groups(self, otp: PhoneOTP) -> str:
        return grouped(otp.recipient)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return not lookup.startswith(tuple(self.exclude))

    list_filter = ["purpose", "is_verified"]
    search_fields = ["recipient"]
    ordering = ["-sent_at"]


class OfUserAdmin(ReadOnlyAdmin):
    """Rows of users, of which only superusers see and change those of superusers."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(user__is_superuser=False)


@admin.register(Session)
class SessionAdmin(OfUserAdmin):
    list_display = [
        "user",
        "device",
        "device_name",
        "ip_address",
        "created_at",
        "last_used_at",
        "revoked_at",
    ]
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
class ApiTokenAdmin(OfUserAdmin):
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

    list_display = ["created_at", "kind", "who", "recipient_hash", "ip", "session_id"]
    list_filter = ["kind", "created_at"]
    fields = ["created_at", "kind", "who", "recipient_hash", "ip", "session_id", "data"]
    search_fields = ["=recipient_hash", "=ip"]
    search_help_text = "A phone number with its country code, its masked form, or an IP address."
    show_full_result_count = False
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        events: QuerySet[Any] = rows.annotate(username=F("user__username"))
        return events

    @admin.display(description="User")
    def who(self, event: Any) -> int | str | None:
        """A service by its name. Of people the id alone: the account may not exist any more."""
        username, user_id = event.username or "", event.user_id
        shown: int | str | None = username if username.startswith(SERVICE_PREFIX) else user_id
        return shown

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = as_stored(search_term)
        term = masked(term) if re.match(E164_PATTERN, term) else term
        return super().get_search_results(request, queryset, term)
