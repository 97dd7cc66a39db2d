"""Where people and roles are looked after in the admin, and staff are invited."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.messaging import notices
from accounts.models import User
from accounts.phone.admin_search import AdminSearchMixin
from accounts.phone.grouping import grouped
from accounts.sessions.staff_state import get_member
from accounts.staff import enrolment, rights
from accounts.staff import flows as staff
from loopin.errors import LoopinError

RIGHTS = ("is_staff", "is_superuser")
"""Only superusers give these."""

admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """A group is a role. Only superusers change roles, because a role gives rights to all who have
    it, to whoever changes it perhaps among them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)


@admin.register(User)
class UserAdmin(AdminSearchMixin, DjangoUserAdmin[User]):
    """Superusers see everybody. Others see staff, and change those who may do less than they."""

    list_display = [
        "username",
        "number",
        "is_verified",
        "is_active",
        "is_staff",
        "date_joined",
    ]
    list_filter = ["is_verified", "is_active", "is_staff", "groups"]
    search_fields = ["username", "phone_number", "email", "profile__name"]
    ordering = ["-date_joined"]
    actions = ["invite", "reset_second_factor"]
    readonly_fields = ["phone_number", "is_verified", "date_joined"]
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Contact", {"fields": ("phone_number", "is_verified", "email")}),
        ("Staff", {"fields": ("first_name", "last_name")}),
        ("Permissions", {"fields": ("is_active", *RIGHTS, "groups")}),
        ("Dates", {"fields": ("date_joined",)}),
    )

    @admin.display(description="phone number", ordering="phone_number")
    def number(self, user: User) -> str:
        return grouped(user.phone_number or "–")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people = super().get_queryset(request).filter(service_account=None)
        if request.user.is_superuser:
            return people
        return people.filter(is_staff=True, is_superuser=False)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Fields that are not shown are not saved either, whatever a request sends."""
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.is_superuser:
            return fieldsets
        return [
            (name, {**shown, "fields": [field for field in shown["fields"] if field not in RIGHTS]})
            for name, shown in fieldsets
        ]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["queryset"] = rights.grantable_groups(get_member(request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Also asked by the page that sets somebody's password."""
        may_change = super().has_change_permission(request, obj)
        return may_change and (obj is None or rights.is_below(obj, get_member(request)))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # users are deactivated instead, because sessions and timelines refer to them

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change and not request.user.is_superuser:
            obj.is_staff = True  # with no rights yet: whoever is not a superuser adds staff alone
        if change:
            self._leave_address(obj, form.initial.get("email") or "")
        super().save_model(request, obj, form, change)

    def _leave_address(self, user: User, old_email: str) -> None:
        """Another address is not proven, and the one before is told after the commit, as when the
        person changes it: invitations go to the new one."""
        if user.email.lower() == old_email.lower():
            return
        is_proven = user.is_email_verified or user.is_staff  # staff's was entered by those above
        user.is_email_verified = False
        if old_email:
            notices.email_changed(user, old_email, is_proven=is_proven)

    @admin.action(description="Invite to set up a second factor", permissions=["change"])
    def invite(self, request: HttpRequest, queryset: Any) -> None:
        for user in self._below(request, queryset):
            self._send_invitation(request, user)

    @admin.action(description="Reset the second factor", permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, queryset: Any) -> None:
        for user in self._below(request, queryset):
            with transaction.atomic():
                staff.reset_second_factor(user.pk)
                self.log_change(request, user, "Reset the second factor.")
            words = f"The second factor of {user} is reset."
            self.message_user(request, words, messages.SUCCESS)
            self._send_invitation(request, user)

    def _below(self, request: HttpRequest, queryset: Any) -> list[User]:
        """The staff among these people whom the actor may look after; says whom they may not."""
        chosen = list(queryset.filter(is_staff=True))
        below = [user for user in chosen if rights.is_below(user, get_member(request))]
        for user in set(chosen) - set(below):
            self.message_user(request, f"You may not do that to {user}.", messages.ERROR)
        return below

    def _send_invitation(self, request: HttpRequest, user: User) -> None:
        try:
            enrolment.send_invitation(user)
        except LoopinError as error:
            self.message_user(
                request, f"{user} is not invited: {error.page_message}", messages.ERROR
            )
            return
        self.log_change(request, user, "Sent an invitation to set up a second factor.")
        self.message_user(request, f"{user} is invited by e-mail.", messages.SUCCESS)
