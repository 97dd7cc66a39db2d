from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts.models import User


class EmailBackend(BaseBackend):
    """Customers sign in with their e-mail address; staff, by their user name, do not come here."""

    def authenticate(
        self,
        request: HttpRequest | None,
        email: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        if email is None or password is None:
            return None
        user = User.objects.of_email(email)
        if user is None:
            make_password(password)  # as slow as comparing
            return None
        return user if user.check_password(password) else None
