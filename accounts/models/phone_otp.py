from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models.phone_otp_queryset import PhoneOTPQuerySet
from accounts.models.user import RECIPIENT_MAX_LENGTH, RECIPIENT_PATTERN


class Purpose(models.TextChoices):
    SIGN_IN = "sign_in", "Sign in"
    CHANGE_PHONE = "change_phone", "Change phone"
    DELETE_ACCOUNT = "delete_account", "Delete account"
    VERIFY_PHONE = "verify_phone", "Verify phone"
    VERIFY_EMAIL = "verify_email", "Verify e-mail"
    RESET_PASSWORD = "reset_password", "Reset password"


class PhoneOTP(models.Model):
    """The last code of a recipient for a purpose: one for its known devices, and one for everybody
    else. Only its hash is stored, and those of the codes that it replaced."""

    recipient = models.CharField(
        max_length=RECIPIENT_MAX_LENGTH, help_text="A phone number (E.164), or an e-mail address."
    )
    purpose = models.CharField(max_length=20, choices=Purpose)
    is_known_device = models.BooleanField(
        default=False,
        help_text="Whether a device asked for it that had signed in to the recipient's account.",
    )
    otp_hash = models.CharField(max_length=64)
    otp_salt = models.CharField(max_length=32)
    otp_length = models.PositiveSmallIntegerField(help_text="Digits.")
    attempts = models.PositiveSmallIntegerField(default=0)
    sends = models.PositiveIntegerField(
        default=1, help_text="Codes in a row that nobody typed, this one included."
    )
    is_verified = models.BooleanField(default=False)
    claims = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text="What was said when the code was asked for; it counts once the code is typed.",
    )
    earlier = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text="Hash, salt and end of up to 3 codes that this one replaced, the latest first.",
    )
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    consumed_at = models.DateTimeField(null=True, blank=True)

    objects = PhoneOTPQuerySet.as_manager()

    class Meta:
        verbose_name = "phone OTP"
        constraints = [
            models.UniqueConstraint(
                "recipient", "purpose", "is_known_device", name="otp_is_one_per_purpose"
            ),
            models.CheckConstraint(
                condition=Q(recipient__regex=RECIPIENT_PATTERN), name="otp_recipient_is_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(attempts__lte=settings.OTP_MAX_ATTEMPTS), name="otp_attempts_are_capped"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="otp_expires_after_creation"
            ),
            models.CheckConstraint(
                condition=Q(is_verified=False) | Q(consumed_at__isnull=False),
                name="otp_verified_is_consumed",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="otp_expires")]  # finds what is swept

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} code for a recipient ending in {self.recipient[-2:]}"
