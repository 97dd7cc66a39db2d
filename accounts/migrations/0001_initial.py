"""Everything of accounts. It imports nothing from the product, whose code goes on changing."""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex, OpClass
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MinValueValidator
from django.db import migrations, models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower, Now
from django.utils import timezone

from accounts.migrations._fields import TransactionIdField
from accounts.migrations._person_events import SQL as PERSON_EVENTS

E164_PATTERN = r"^\+[1-9][0-9]{6,14}$"
RECIPIENT_PATTERN = r"^\+[1-9][0-9]{6,14}$|^[^@[:space:]]+@[^@[:space:]]+$"

SCOPES = [
    ("leads:read", "Read leads"),
    ("leads:write", "Work leads: claim, call, note, status"),
]
SERVICE_SCOPES = [
    ("users:read", "Read people: one, by number, in batches, and what changed"),
    ("leads:read", "Read all leads, their numbers masked"),
    ("leads:write", "Work leads as an agent does: claim, call, note, status"),
    ("webhooks:manage", "Manage webhook endpoints"),
]
PURPOSES = [
    ("sign_in", "Sign in"),
    ("change_phone", "Change phone"),
    ("delete_account", "Delete account"),
    ("verify_phone", "Verify phone"),
    ("verify_email", "Verify e-mail"),
    ("reset_password", "Reset password"),
]
SECURITY_EVENT_KINDS = [
    ("signed_in", "Signed in by phone"),
    ("code_refused", "Typed a wrong code"),
    ("attempts_exceeded", "Tried a code with no attempts left"),
    ("code_lengthened", "Wrong codes made the next ones longer"),
    ("password_accepted", "Signed in by password"),
    ("password_refused", "A password was refused"),
    ("registered", "Registered by e-mail"),
    ("password_changed", "Set a password"),
    ("refresh_reused", "A used refresh token came back"),
    ("exported", "Exported their data"),
    ("revealed", "Staff looked at a full number"),
    ("numbers_harvested", "Staff searched for one number after another"),
    ("leads_exported", "Staff exported leads"),
    ("staff_invited", "Was invited to set up a second factor"),
    ("second_factor_added", "Set up a second factor"),
    ("second_factor_reset", "A second factor was removed"),
    ("webhook_changed", "A service account changed a webhook endpoint"),
    ("token_created", "Made an API token"),
    ("token_revoked", "An API token was revoked"),
    ("service_account_created", "A service account was made"),
    ("service_account_changed", "A service account was changed"),
    ("service_key_created", "A key of a service account was made"),
    ("service_key_revoked", "A key of a service account was revoked"),
    ("service_scope_refused", "A service account lacked a scope"),
    ("service_read_people", "A service account read people's data"),
]
NOTICE_KINDS = [
    ("password_changed", "Password Changed"),
    ("phone_changed", "Phone Changed"),
    ("email_changed", "Email Changed"),
    ("claimed_number_lost", "Claimed Number Lost"),
    ("second_factor_added", "Second Factor Added"),
    ("numbers_harvested", "Numbers Harvested"),
]
PERSON_EVENT_KINDS = [
    ("user.verified", "A person proved their number"),
    ("user.profile_completed", "A profile was completed"),
    ("user.profile_updated", "What a person says of themselves was changed"),
    ("user.phone_changed", "A person moved to another number"),
    ("user.deactivated", "An account was deactivated"),
    ("user.reactivated", "An account was activated again"),
    ("user.deleted", "A person was deleted"),
    ("consent.changed", "A person agreed to be contacted, or no longer does"),
    ("session.revoked", "A device was signed out"),
]
GENDERS = [("male", "Male"), ("female", "Female"), ("other", "Other")]

# For every append-only table, those of leads too. `loopin.is_erasing` is set for one transaction
# by loopin/sql.py: rows may then be deleted, which purging and erasing a person's data need, but
# never altered.
CREATE_REFUSE_CHANGE = """
CREATE FUNCTION loopin_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('loopin.is_erasing', TRUE) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER securityevent_is_append_only BEFORE UPDATE OR DELETE ON accounts_securityevent
FOR EACH ROW EXECUTE FUNCTION loopin_refuse_change();
"""

DROP_REFUSE_CHANGE = """
DROP TRIGGER securityevent_is_append_only ON accounts_securityevent;
DROP FUNCTION loopin_refuse_change();
"""


def values(choices):
    return [value for value, _label in choices]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("interests", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "is_superuser",
                    models.BooleanField(
                        db_default=False, default=False, verbose_name="superuser status"
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                (
                    "first_name",
                    models.CharField(blank=True, db_default="", default="", max_length=150, verbose_name="first name"),
                ),
                (
                    "last_name",
                    models.CharField(blank=True, db_default="", default="", max_length=150, verbose_name="last name"),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=254,
                        verbose_name="email address",
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        db_default=False, default=False, verbose_name="staff status"
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(db_default=True, default=True, verbose_name="active"),
                ),
                (
                    "date_joined",
                    models.DateTimeField(db_default=Now(), default=timezone.now, verbose_name="date joined"),
                ),
                (
                    "phone_number",
                    models.CharField(
                        blank=True,
                        help_text="E.164, such as +916205829376.",
                        max_length=16,
                        null=True,
                        unique=True,
                    ),
                ),
                (
                    "is_verified",
                    models.BooleanField(
                        default=False,
                        help_text="Whether the owner of the phone number has proven it.",
                    ),
                ),
                (
                    "claimed_phone_number",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="A number that an e-mail account says is its own, until somebody proves it.",
                        max_length=16,
                    ),
                ),
                (
                    "is_email_verified",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Whether the owner of the e-mail address has proven it.",
                    ),
                ),
                (
                    "device_generation",
                    models.PositiveIntegerField(
                        db_default=0,
                        default=0,
                        editable=False,
                        help_text="Increased to revoke what known devices prove.",
                    ),
                ),
                (
                    "notice_version",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        editable=False,
                        help_text="The privacy notice that was in force when the person made the account.",
                        max_length=20,
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, db_default=Now())),
                (
                    "groups",
                    models.ManyToManyField(
                        "auth.group",
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        "auth.permission",
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        Lower("email"),
                        condition=~Q(email="") & ~Q(password__startswith="!") & Q(is_staff=False),
                        name="user_email_login_is_unique",
                        violation_error_message="Another account signs in with this e-mail address.",
                    ),
                    models.CheckConstraint(
                        condition=Q(claimed_phone_number="")
                        | Q(claimed_phone_number__regex=E164_PATTERN, is_verified=False),
                        name="user_claim_is_e164_and_not_proven",
                    ),
                    models.CheckConstraint(
                        condition=Q(phone_number__regex=E164_PATTERN), name="user_phone_is_e164"
                    ),
                    models.CheckConstraint(
                        condition=Q(is_verified=False) | Q(phone_number__isnull=False),
                        name="user_verified_has_phone",
                    ),
                    models.CheckConstraint(
                        condition=~Q(username__regex=E164_PATTERN)
                        | Q(phone_number=F("username"), phone_number__isnull=False),
                        name="user_name_like_phone_is_own_phone",
                        violation_error_message="Choose a user name that is not a phone number.",
                    ),
                    models.CheckConstraint(
                        condition=~Q(username__startswith="service:")
                        | Q(
                            is_staff=False,
                            is_superuser=False,
                            phone_number__isnull=True,
                            claimed_phone_number="",
                            email="",
                        ),
                        name="user_of_service_signs_in_nowhere",
                    ),
                    models.CheckConstraint(
                        condition=Q(phone_number__isnull=True)
                        | Q(is_staff=False, is_superuser=False),
                        name="user_staff_has_no_phone",
                        violation_error_message="Staff sign in by password: leave the phone number empty.",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=~Q(claimed_phone_number=""),
                        fields=["claimed_phone_number"],
                        name="user_claimed_phone_number",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("scopes", ArrayField(models.CharField(choices=SCOPES, max_length=20))),
                ("created_at", models.DateTimeField(db_default=Now())),
                (
                    "last_used_at",
                    models.DateTimeField(blank=True, help_text="To the minute.", null=True),
                ),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "API token",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            expires_at__gt=F("created_at"),
                            expires_at__lte=F("created_at") + timedelta(days=365),
                        ),
                        name="apitoken_lives_a_year_at_most",
                    ),
                    models.CheckConstraint(
                        condition=Q(scopes__contained_by=Value(values(SCOPES)), scopes__len__gt=0),
                        name="apitoken_scopes_are_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceAccount",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        primary_key=True,
                        related_name="service_account",
                        serialize=False,
                    ),
                ),
                (
                    "description",
                    models.CharField(
                        blank=True,
                        help_text="What it is for, and whom to ask about it.",
                        max_length=200,
                    ),
                ),
                ("scopes", ArrayField(models.CharField(choices=SERVICE_SCOPES, max_length=20))),
                (
                    "call_limit",
                    models.PositiveIntegerField(
                        default=600,
                        help_text="Calls in ten minutes, of all its keys together.",
                        validators=[MinValueValidator(1)],
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "ordering": ["user__username"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            scopes__contained_by=Value(values(SERVICE_SCOPES)), scopes__len__gt=0
                        ),
                        name="serviceaccount_scopes_are_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceAccountKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        "accounts.serviceaccount", models.CASCADE, related_name="keys"
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(db_default=Now())),
                (
                    "last_used_at",
                    models.DateTimeField(blank=True, help_text="To the minute.", null=True),
                ),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "service account key",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            expires_at__gt=F("created_at"),
                            expires_at__lte=F("created_at") + timedelta(days=365),
                        ),
                        name="serviceaccountkey_lives_a_year_at_most",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GuessBudget",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "recipient_hash",
                        "is_known_device",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "recipient_hash",
                    models.CharField(help_text="Of a number or an e-mail address.", max_length=64),
                ),
                ("is_known_device", models.BooleanField()),
                (
                    "spent",
                    models.PositiveIntegerField(
                        help_text="By wrong guesses since the last year without one: what one is worth is counted"
                        " in guesses at 8 digits, so one at 4 digits is worth 10 000."
                    ),
                ),
                ("last_guessed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PhoneOTP",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "recipient",
                    models.CharField(
                        help_text="A phone number (E.164), or an e-mail address.", max_length=254
                    ),
                ),
                ("purpose", models.CharField(choices=PURPOSES, max_length=20)),
                (
                    "is_known_device",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a device asked for it that had signed in to the recipient's account.",
                    ),
                ),
                ("otp_hash", models.CharField(max_length=64)),
                ("otp_salt", models.CharField(max_length=32)),
                ("otp_length", models.PositiveSmallIntegerField(help_text="Digits.")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "sends",
                    models.PositiveIntegerField(
                        default=1, help_text="Codes in a row that nobody typed, this one included."
                    ),
                ),
                ("is_verified", models.BooleanField(default=False)),
                (
                    "claims",
                    models.JSONField(
                        db_default=models.Value({}, models.JSONField()),
                        default=dict,
                        help_text="What was said when the code was asked for; it counts once the"
                        " code is typed.",
                    ),
                ),
                (
                    "earlier",
                    models.JSONField(
                        db_default=models.Value([], models.JSONField()),
                        default=list,
                        help_text="Hash, salt and end of up to 3 codes that this one replaced, the"
                        " latest first.",
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("sent_at", models.DateTimeField(db_default=Now())),
                ("expires_at", models.DateTimeField()),
                ("consumed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "phone OTP",
                "constraints": [
                    models.UniqueConstraint(
                        F("recipient"), F("purpose"), F("is_known_device"), name="otp_is_one_per_purpose"
                    ),
                    models.CheckConstraint(
                        condition=Q(recipient__regex=RECIPIENT_PATTERN),
                        name="otp_recipient_is_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=Q(attempts__lte=3), name="otp_attempts_are_capped"
                    ),
                    models.CheckConstraint(
                        condition=Q(expires_at__gt=F("created_at")),
                        name="otp_expires_after_creation",
                    ),
                    models.CheckConstraint(
                        condition=Q(is_verified=False) | Q(consumed_at__isnull=False),
                        name="otp_verified_is_consumed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.CASCADE, related_name="pictures"
                    ),
                ),
                (
                    "url",
                    models.URLField(
                        blank=True, help_text="Of a link; empty for files.", max_length=2048
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, help_text="Of the files; empty for a link.", max_length=32
                    ),
                ),
                (
                    "source_hash",
                    models.CharField(
                        blank=True,
                        help_text="SHA-256 of the file it was made from; empty for a link.",
                        max_length=64,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("is_avatar", models.BooleanField(default=False)),
                (
                    "width",
                    models.PositiveIntegerField(default=0, help_text="Pixels; 0 for a link."),
                ),
                (
                    "height",
                    models.PositiveIntegerField(default=0, help_text="Pixels; 0 for a link."),
                ),
                ("created_at", models.DateTimeField(default=timezone.now, editable=False)),
                (
                    "stored_at",
                    models.DateTimeField(help_text="Empty while its files are written.", null=True),
                ),
                (
                    "discarded_at",
                    models.DateTimeField(help_text="Empty while it counts.", null=True),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(discarded_at=None, name="", stored_at__isnull=False)
                        & ~Q(url="")
                        | Q(
                            name__regex="^[0-9a-f]{32}$",
                            source_hash__regex="^[0-9a-f]{64}$",
                            url="",
                        ),
                        name="picture_is_link_or_files",
                    ),
                    models.CheckConstraint(
                        condition=Q(is_avatar=False) | Q(discarded_at=None),
                        name="picture_discarded_is_no_avatar",
                    ),
                    models.UniqueConstraint(
                        condition=Q(is_avatar=True), fields=("user",), name="picture_one_avatar"
                    ),
                    models.UniqueConstraint(
                        condition=~Q(name=""), fields=("name",), name="picture_name_is_unique"
                    ),
                    models.UniqueConstraint(
                        condition=Q(discarded_at=None, stored_at__isnull=False)
                        & ~Q(source_hash=""),
                        fields=("user", "source_hash"),
                        name="picture_once_for_each_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PendingNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+"
                    ),
                ),
                ("kind", models.CharField(choices=NOTICE_KINDS, max_length=30)),
                ("recipient", models.CharField(max_length=254)),
                ("language", models.CharField(max_length=10)),
                ("values", models.JSONField(default=dict)),
                ("attempts", models.PositiveSmallIntegerField()),
                ("next_attempt_at", models.DateTimeField(db_index=True)),
                ("created_at", models.DateTimeField(db_default=Now(), db_index=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(kind__in=values(NOTICE_KINDS)),
                        name="pendingnotice_kind_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PendingNumber",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("phone_number", models.CharField(db_index=True, max_length=16)),
                ("is_typed", models.BooleanField()),
                ("created_at", models.DateTimeField(db_default=Now(), db_index=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(phone_number__regex=E164_PATTERN),
                        name="pendingnumber_is_e164",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "key_hash",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("fingerprint", models.CharField(max_length=64)),
                ("claim", models.UUIDField()),
                ("answer", models.TextField(blank=True, default="")),
                ("leased_until", models.DateTimeField()),
                ("created_at", models.DateTimeField(db_default=Now(), db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="ProfileDraft",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        settings.AUTH_USER_MODEL,
                        models.CASCADE,
                        primary_key=True,
                        related_name="profile_draft",
                        serialize=False,
                    ),
                ),
                ("answers", models.JSONField(default=dict, encoder=DjangoJSONEncoder)),
                (
                    "is_version_1",
                    models.BooleanField(
                        default=False,
                        help_text="Whether an app of version 1 completed its profile by this.",
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="RateCounter",
            fields=[
                ("key", models.CharField(max_length=320, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes"
                    ),
                ),
                ("code_hash", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("used_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "code_hash"), name="recovery_code_is_unique"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SecurityEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=SECURITY_EVENT_KINDS, max_length=32)),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.DO_NOTHING,
                        blank=True,
                        db_constraint=False,
                        null=True,
                        related_name="+",
                    ),
                ),
                (
                    "recipient_hash",
                    models.CharField(
                        blank=True,
                        help_text="The number's last two digits and keyed hash, as in the log.",
                        max_length=16,
                    ),
                ),
                ("ip", models.GenericIPAddressField(blank=True, null=True)),
                ("session_id", models.UUIDField(blank=True, null=True)),
                ("data", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(kind__in=values(SECURITY_EVENT_KINDS)),
                        name="securityevent_kind_is_known",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["recipient_hash"], name="securityevent_recipient_hash"),
                    BrinIndex(fields=["created_at"], name="securityevent_created_at"),
                    GinIndex(
                        OpClass("data", "jsonb_path_ops"),
                        condition=Q(kind="service_read_people"),
                        name="securityevent_readings",
                    ),
                ],
            },
        ),
        migrations.RunSQL(CREATE_REFUSE_CHANGE, DROP_REFUSE_CHANGE),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.CASCADE, related_name="sessions"
                    ),
                ),
                ("device", models.CharField(default="Unknown device", max_length=60)),
                (
                    "device_name",
                    models.CharField(
                        blank=True, default="", help_text="As the app says.", max_length=60
                    ),
                ),
                (
                    "ip_address",
                    models.GenericIPAddressField(blank=True, null=True, verbose_name="IP address"),
                ),
                ("created_at", models.DateTimeField(db_default=Now())),
                (
                    "last_used_at",
                    models.DateTimeField(db_default=Now(), help_text="To the minute."),
                ),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "is_by_phone",
                    models.BooleanField(db_default=False, help_text="Or else by password."),
                ),
                ("refresh_hash", models.CharField(blank=True, default="", max_length=64)),
                ("refresh_parent_hash", models.CharField(blank=True, default="", max_length=64)),
                ("refreshed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "is_renewal_unused",
                    models.BooleanField(
                        db_default=False,
                        help_text="Nothing that came with the current refresh token was used.",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(expires_at__gt=F("created_at")),
                        name="session_expires_after_creation",
                    ),
                    models.CheckConstraint(
                        condition=Q(refresh_parent_hash="", refreshed_at__isnull=True)
                        | Q(refreshed_at__isnull=False) & ~Q(refresh_parent_hash=""),
                        name="session_refreshed_has_parent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.CASCADE, related_name="enrolments"
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "session",
                    models.OneToOneField(
                        "accounts.session", models.CASCADE, null=True, related_name="enrolment"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        blank=True, default="", help_text="Encrypted.", max_length=80
                    ),
                ),
                ("expires_at", models.DateTimeField(db_default=Now() + timedelta(hours=24))),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(key="", session=None) | Q(session__isnull=False) & ~Q(key=""),
                        name="enrolment_in_a_session_has_a_key",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UserProfile",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        settings.AUTH_USER_MODEL,
                        models.CASCADE,
                        primary_key=True,
                        related_name="profile",
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("birth_date", models.DateField()),
                ("gender", models.CharField(choices=GENDERS, max_length=6)),
                (
                    "avatar",
                    models.URLField(
                        blank=True,
                        help_text="Only an address outside the gallery. Empty: the one chosen there, or the first.",
                        max_length=2048,
                    ),
                ),
                ("bio", models.CharField(blank=True, max_length=500)),
                ("location", models.CharField(blank=True, max_length=100)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("event_interests", models.ManyToManyField("interests.eventinterest")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(gender__in=values(GENDERS)), name="profile_gender_is_known"
                    ),
                    models.CheckConstraint(condition=~Q(name=""), name="profile_has_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.DO_NOTHING,
                        db_constraint=False,
                        db_index=False,
                        related_name="+",
                    ),
                ),
                ("kind", models.CharField(choices=PERSON_EVENT_KINDS, max_length=32)),
                ("data", models.JSONField(db_default={}, default=dict)),
                ("created_at", models.DateTimeField(db_default=Now())),
                (
                    "transaction_id",
                    TransactionIdField(
                        db_default=models.Func(function="pg_current_xact_id"), editable=False
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(kind__in=values(PERSON_EVENT_KINDS)),
                        name="personevent_kind_is_known",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["transaction_id", "id"], name="personevent_visible_order"),
                    models.Index(fields=["user", "transaction_id"], name="personevent_of_person"),
                    BrinIndex(fields=["created_at"], name="personevent_created_at"),
                ],
            },
        ),
        *(migrations.RunSQL(create, drop) for create, drop in PERSON_EVENTS),
    ]
