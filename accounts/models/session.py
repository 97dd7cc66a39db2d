from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Least, Now
from django.utils.translation import gettext_noop as _

from accounts.models.security_event import Kind
from accounts.models.session_sql import (
    CALLER,
    KNOWN_OWNER,
    ROTATE,
    STAFF_STATES,
    START_SESSION,
    USER,
)
from accounts.models.user import User
from loopin.logs.redaction import masked
from loopin.request_facts import note_caller
from loopin.sql import fetch_row, fetch_rows
from loopin.statements.composed import Part, run

SESSION_LIFETIME = timedelta(seconds=settings.SESSION_COOKIE_AGE)
REFRESH_GRACE = timedelta(seconds=10)
"""How long the parent of the current refresh token is accepted after its last answer, though that
was used: two calls may cross."""
FRESH = timedelta(minutes=5)
"""How long after a sign-in by phone no other code is needed to prove who has the phone."""
KEPT_AFTER_END = timedelta(days=30)
NO_GENERATION = "-"
"""Of cookies, which come with no refresh token: no hash begins like that."""
DEVICE_NAME_MAX_LENGTH = 60
UNKNOWN_DEVICE = _("Unknown device")
"""The label of a device that does not identify itself."""


@dataclass(frozen=True)
class Caller:
    """Who calls the API, and in which session."""

    session_id: UUID
    user_id: int
    phone_number: str | None
    is_active: bool


@dataclass(frozen=True)
class StaffState:
    """What the answers to a member of staff depend on besides the data: who has the same state as
    before may see what they saw."""

    password_hash: str
    is_active: bool
    is_staff: bool
    is_superuser: bool
    permissions: frozenset[str]
    outages: str | None

    @classmethod
    def of(cls, user: User) -> Self:
        """Of somebody whom `find_user` found."""
        flags = (user.is_active, user.is_staff, user.is_superuser)
        read = vars(user)
        permissions = frozenset(read["session_permissions"])
        return cls(user.password, *flags, permissions, read["session_outages"])


@dataclass(frozen=True)
class SessionState:
    """The session of a refresh token that gets no successor."""

    caller: Caller
    is_revoked: bool
    is_expired: bool


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=Now())

    def last_used_first(self) -> Self:
        return self.order_by("-last_used_at", "-created_at")

    def start(self, user_id: int, **about: Any) -> UUID:
        """Start a session of this user, as `start_part` says, in one statement; its id."""
        session_id: UUID = about.pop("session_id", None) or uuid4()
        run(Part(KNOWN_OWNER, {"owner_id": user_id}), self.start_part(session_id, **about))
        note_caller(user_id, session_id)
        return session_id

    def start_part(  # noqa: PLR0913  named columns
        self,
        session_id: UUID,
        *,
        device: str = UNKNOWN_DEVICE,
        device_name: str = "",
        ip_address: str | None = None,
        refresh_hash: str = "",
        kind: Kind = Kind.SIGNED_IN,
        phone_number: str | None = None,
    ) -> Part:
        """The part of a statement that starts a session of the account that it has as `owner`, and
        writes it into the security log.

        `refresh_hash`: of its refresh token, "" where there is none, as in browsers of staff.
        """
        values = {
            "session_id": session_id,
            "device": device,
            "device_name": device_name,
            "ip": ip_address,
            "refresh_hash": refresh_hash,
            "lifetime": SESSION_LIFETIME,
            "session_kind": kind.value,
            "is_by_phone": kind == Kind.SIGNED_IN,
            "masked_number": masked(phone_number) if phone_number else "",
        }
        return Part(START_SESSION, values)

    def long_over(self) -> Self:
        """Sessions that expired or were revoked at least 30 days ago."""
        ended_at = Least("revoked_at", "expires_at")
        return self.alias(ended_at=ended_at).filter(ended_at__lt=Now() - KEPT_AFTER_END)

    def find_caller(self, session_id: UUID, *, generation: str) -> Caller | None:
        """Find the caller of a live session and note its use, in one statement.

        `generation`: the beginning of the hash of the refresh token that the access token came
        with.
        """
        row = fetch_row(CALLER, {"session_id": session_id, "generation": generation})
        return Caller(session_id, *row) if row else None

    def find_user(self, session_id: str) -> User | None:
        """Like `find_caller`, for pages, which need the whole user."""
        return next(
            iter(User.objects.raw(USER, {"session_id": session_id, "generation": NO_GENERATION})),
            None,
        )

    def staff_states(self, session_ids: Collection[str]) -> dict[str, StaffState]:
        """The states of those of the sessions that are live, by their ids. One statement, which
        notes no use."""
        rows = fetch_rows(STAFF_STATES, {"session_ids": list(session_ids)})
        return {
            session_id: StaffState(password, active, staff, superuser, frozenset(may), outages)
            for session_id, password, active, staff, superuser, may, outages in rows
        }

    def rotate(self, session_id: UUID, *, presented: str, successor: str) -> Caller | None:
        """Replace the hash of the presented refresh token by that of its successor.

        The parent of the current token changes nothing, as long as it gets its successor again.
        Returns None if the token gets none, or the session is not live.
        """
        values = {
            "session_id": session_id,
            "presented": presented,
            "successor": successor,
            "grace": REFRESH_GRACE,
        }
        row = fetch_row(ROTATE, values)
        return Caller(session_id, *row) if row else None

    def lock_state(self, session_id: UUID) -> SessionState | None:
        """The session of a refresh token that `rotate` refused; locks its row."""
        sessions = self.select_related("user").select_for_update(of=("self",))
        expired = Q(expires_at__lte=Now())
        session: Any = sessions.annotate(is_expired=expired).filter(pk=session_id).first()
        if session is None:
            return None
        return SessionState(
            Caller(session_id, session.user_id, session.user.phone_number, session.user.is_active),
            is_revoked=session.revoked_at is not None,
            is_expired=session.is_expired,
        )

    def is_fresh(self, session_id: UUID) -> bool:
        """Whether the session began by phone at most 5 minutes ago."""
        by_phone = self.live().filter(pk=session_id, is_by_phone=True)
        return by_phone.filter(created_at__gt=Now() - FRESH).exists()

    def was_at(self, user_id: int, ip_address: str, *, within: timedelta) -> bool:
        """Whether this user signed in from an IP lately; False for an unknown IP."""
        lately = self.filter(user_id=user_id, created_at__gt=Now() - within)
        return bool(ip_address) and lately.filter(ip_address=ip_address).exists()

    def revoke(self) -> int:
        """End these sessions; the next request of each is refused."""
        return self.filter(revoked_at=None).update(revoked_at=Now())


class Session(models.Model):
    """A signed-in device.

    Its access tokens (`sid`), refresh tokens and cookies are valid as long as the row is live.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sessions")
    device = models.CharField(max_length=60, default=UNKNOWN_DEVICE)
    device_name = models.CharField(
        max_length=DEVICE_NAME_MAX_LENGTH, blank=True, default="", help_text="As the app says."
    )
    ip_address = models.GenericIPAddressField("IP address", null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(db_default=Now(), help_text="To the minute.")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    is_by_phone = models.BooleanField(db_default=False, help_text="Or else by password.")
    refresh_hash = models.CharField(max_length=64, blank=True, default="")
    refresh_parent_hash = models.CharField(max_length=64, blank=True, default="")
    refreshed_at = models.DateTimeField(null=True, blank=True)
    is_renewal_unused = models.BooleanField(
        db_default=False, help_text="Nothing that came with the current refresh token was used."
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")),
                name="session_expires_after_creation",
            ),
            models.CheckConstraint(
                condition=Q(refreshed_at__isnull=True, refresh_parent_hash="")
                | (Q(refreshed_at__isnull=False) & ~Q(refresh_parent_hash="")),
                name="session_refreshed_has_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"Session of user {self.user_id}"
