from datetime import timedelta
from typing import Any, Self
from uuid import UUID

import orjson
from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex, GinIndex, OpClass
from django.db import models
from django.db.models import Count, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Now, Replace, TruncDate

from accounts.models.user import SERVICE_PREFIX
from loopin.logs.redaction import masked
from loopin.logs.request_log import current_client_ip
from loopin.models.kinds import KindField
from loopin.sql import execute
from loopin.statements.composed import Clause, Part

# The user is looked up by the number; a number without an account, or an e-mail address, has none.
RECORD = """
INSERT INTO accounts_securityevent (kind, user_id, recipient_hash, ip, session_id, data, created_at)
SELECT %(event)s,
       COALESCE(%(event_user_id)s::bigint,
                (SELECT id FROM accounts_user WHERE phone_number = %(event_recipient)s)),
       %(event_recipient_hash)s, %(event_ip)s::inet, %(event_session_id)s::uuid,
       %(event_data)s::jsonb, now()
"""

# A part of the statement that issues a code, if that is longer than usual.
RECORD_LONG_CODE = Clause(
    f"recorded AS ({RECORD} FROM permitted WHERE permitted.otp_length > %(usual_length)s)"
)


class Kind(models.TextChoices):
    SIGNED_IN = "signed_in", "Signed in by phone"
    CODE_REFUSED = "code_refused", "Typed a wrong code"
    ATTEMPTS_EXCEEDED = "attempts_exceeded", "Tried a code with no attempts left"
    CODE_LENGTHENED = "code_lengthened", "Wrong codes made the next ones longer"
    PASSWORD_ACCEPTED = "password_accepted", "Signed in by password"
    PASSWORD_REFUSED = "password_refused", "A password was refused"
    REGISTERED = "registered", "Registered by e-mail"
    PASSWORD_CHANGED = "password_changed", "Set a password"
    REFRESH_REUSED = "refresh_reused", "A used refresh token came back"
    EXPORTED = "exported", "Exported their data"
    REVEALED = "revealed", "Staff looked at a full number"
    NUMBERS_HARVESTED = "numbers_harvested", "Staff searched for one number after another"
    LEADS_EXPORTED = "leads_exported", "Staff exported leads"
    STAFF_INVITED = "staff_invited", "Was invited to set up a second factor"
    SECOND_FACTOR_ADDED = "second_factor_added", "Set up a second factor"
    SECOND_FACTOR_RESET = "second_factor_reset", "A second factor was removed"
    WEBHOOK_CHANGED = "webhook_changed", "A service account changed a webhook endpoint"
    TOKEN_CREATED = "token_created", "Made an API token"
    TOKEN_REVOKED = "token_revoked", "An API token was revoked"
    SERVICE_ACCOUNT_CREATED = "service_account_created", "A service account was made"
    SERVICE_ACCOUNT_CHANGED = "service_account_changed", "A service account was changed"
    SERVICE_KEY_CREATED = "service_key_created", "A key of a service account was made"
    SERVICE_KEY_REVOKED = "service_key_revoked", "A key of a service account was revoked"
    SERVICE_SCOPE_REFUSED = "service_scope_refused", "A service account lacked a scope"
    SERVICE_READ_PEOPLE = "service_read_people", "A service account read people's data"


class SecurityEventQuerySet(models.QuerySet["SecurityEvent"]):
    def record(
        self,
        kind: Kind,
        *,
        recipient: str | None = None,
        user_id: int | None = None,
        session_id: UUID | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        """Write an event in one statement, in the transaction of what it reports.

        `recipient`: the phone number or e-mail address that the event is about. `data` holds words
        for people who investigate: never a number, a code or a token.
        """
        execute(RECORD, _values(kind, recipient, user_id, session_id, data))

    def recording_long_code(self, recipient: str, *, usual_length: int) -> Part:
        """The part of the statement that issues a code which writes that it is longer than usual,
        if it is. `usual_length`: in digits."""
        values = _values(Kind.CODE_LENGTHENED, recipient)
        return Part(RECORD_LONG_CODE, values | {"usual_length": usual_length})

    def readings_of(self, user_id: int) -> list[dict[str, Any]]:
        """Which services read what is held on a person, how, on which days and how often each; the
        earliest first. One statement, by an index of these lines alone."""
        lines = self.filter(kind=Kind.SERVICE_READ_PEOPLE, data__contains={"users": [user_id]})
        days = lines.order_by().annotate(
            service=Replace("user__username", Value(SERVICE_PREFIX)),
            way=KeyTextTransform("way", "data"),
            day=TruncDate("created_at"),
        )
        found = days.values("service", "way", "day").annotate(times=Count("pk"))
        return [{**row} for row in found.order_by("day", "service", "way")]

    def past_retention(self) -> Self:
        """Of months (UTC) of which every moment is older than `SECURITY_EVENT_RETENTION_DAYS`.

        Such a month is dropped as a whole (loopin/partitions). What is left to be deleted lies in
        the first partition, which has several months, or in the default one.
        """
        days = timedelta(days=settings.SECURITY_EVENT_RETENTION_DAYS)
        month = models.Func(
            Value("month"),
            Now() - days,
            Value("UTC"),
            function="date_trunc",
            output_field=models.DateTimeField(),
        )
        return self.filter(created_at__lt=month)


def _values(
    kind: Kind,
    recipient: str | None,
    user_id: int | None = None,
    session_id: UUID | None = None,
    data: dict[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "event": kind.value,
        "event_user_id": user_id,
        "event_recipient": recipient,
        "event_recipient_hash": masked(recipient) if recipient else "",
        "event_ip": current_client_ip(),
        "event_session_id": session_id,
        "event_data": orjson.dumps(data or {}).decode(),
    }


class SecurityEvent(models.Model):
    """A line of the security log, which shows who signed in and who tried to.

    A row is written once and never altered: a trigger refuses UPDATE, and DELETE outside of
    `loopin.sql.deletion_allowed`. Events outlive the user and the session that they name, so there
    is no foreign key to either in the database. The table is partitioned by month
    (loopin/partitions); its id is drawn from one sequence, and so unique across months.
    """

    kind = KindField(max_length=32, choices=Kind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
    )
    recipient_hash = models.CharField(
        max_length=16,
        blank=True,
        help_text="The number's last two digits and keyed hash, as in the log.",
    )
    ip = models.GenericIPAddressField(null=True, blank=True)
    session_id = models.UUIDField(null=True, blank=True)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    objects = SecurityEventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["recipient_hash"], name="securityevent_recipient_hash"),
            # A few pages, however many events: they are written in the order of their time.
            BrinIndex(fields=["created_at"], name="securityevent_created_at"),
            GinIndex(
                OpClass("data", "jsonb_path_ops"),
                condition=models.Q(kind=Kind.SERVICE_READ_PEOPLE),
                name="securityevent_readings",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
