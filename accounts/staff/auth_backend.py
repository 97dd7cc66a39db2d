"""Authenticates passwords, and reads the permissions of staff."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.models import User


class SessionBackend(ModelBackend):
    """Django's backend with two changes.

    Flows look the user up themselves, because the limits of guesses depend on whom they found.
    Users who were found by their session have their permissions already, so these need no further
    statement.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> Any:
        """`user`: whom the flow found, or None. `by`: "email" for customers, who are returned even
        if they are deactivated, because who knows the password may be told."""
        if "user" not in credentials or password is None:
            return super().authenticate(request, username, password, **credentials)
        user: User | None = credentials["user"]
        if user is None:
            User().check_password(password)  # as slow as if there were such a user
            return None
        may_enter = credentials.get("by") == "email" or self.user_can_authenticate(user)
        return user if user.check_password(password) and may_enter else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        granted = getattr(user_obj, "session_permissions", None)
        if granted is None or obj is not None or user_obj.is_superuser:
            return super().get_all_permissions(user_obj, obj)
        return set(granted) if user_obj.is_active else set()
