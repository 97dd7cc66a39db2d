"""The leanest user that allauth supports: without a user name or an e-mail address."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from peer_interests import AnyInterest


class User(AbstractBaseUser):
    phone = models.CharField(max_length=16, unique=True, null=True)  # noqa: DJ001
    phone_verified = models.BooleanField(default=False)
    name = models.CharField(max_length=100, default="")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "phone"
    objects = BaseUserManager()

    def __str__(self) -> str:
        return self.phone or "?"


class Interest(AnyInterest):
    pass
