from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    username = models.CharField(max_length=150, null=True, blank=True)  # noqa: DJ001
    mobile = models.CharField(max_length=17, unique=True, null=True)  # noqa: DJ001
    mobile_verified = models.BooleanField(default=False)

    USERNAME_FIELD = "mobile"


class PhoneOTP(models.Model):
    phone_number = models.CharField(max_length=16, unique=True)
    code_hash = models.CharField(max_length=64)
    attempts = models.IntegerField(default=0)
    expires_at = models.DateTimeField()
    used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.phone_number


class Interest(models.Model):
    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(default="")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
