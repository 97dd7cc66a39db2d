from django.contrib.auth.models import AbstractUser
from django.db import models
from peer_interests import AnyInterest


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


class Interest(AnyInterest):
    pass
