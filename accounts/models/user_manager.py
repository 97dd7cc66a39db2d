import secrets
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import UserManager
from django.db import IntegrityError
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.errors import AccountInactive
from accounts.models.account import OWNER, PROVEN_NUMBER, Account
from accounts.models.known_device import REVOKE_DEVICES, DeviceProof
from loopin.errors import raises
from loopin.legal import texts
from loopin.sql import fetch_row
from loopin.statements.composed import Part, Row, StatementRefused, run
from loopin.text import email_address, spelling

if TYPE_CHECKING:
    from accounts.models.user import User

WITH_EMAIL_LOGIN = (
    ~Q(email="") & ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) & Q(is_staff=False)
)
"""Customers who can sign in with their e-mail address: the others' addresses are for mail alone."""

UNUSABLE_BYTES = 30
"""Random bytes of a password that nobody has: what Django's `make_password(None)` draws one
character at a time, which takes 40 µs. They make links that reset a password work once."""


class PhoneUserManager(UserManager["User"]):
    use_in_migrations = False  # they import nothing that may move or change

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """The address as all doors read it. Raises ValidationError for what is none."""
        return email_address.normalise(email) if email else ""

    def _create_user_object(
        self, username: str, email: str | None, password: str | None, **fields: Any
    ) -> "User":
        """Django's, which hashes a password as it was typed."""
        spelled = password and spelling.normalise_password(password)
        user: User = super()._create_user_object(username, email, spelled, **fields)  # type: ignore[misc]
        return user

    @raises(AccountInactive)
    def get_locked(self, pk: int) -> "User":
        """Get the user and lock the row, so that no other change of profile or pictures gets in
        between.

        The lock leaves the key free, so that a session of the same user may begin meanwhile.

        Raises AccountInactive, of somebody who was forgotten a moment ago, too: nothing more is
        kept of them.
        """
        user = self.select_for_update(no_key=True).get(pk=pk)
        if not user.is_active:
            raise AccountInactive
        return user

    def get_or_create_verified(self, phone_number: str) -> Account:
        """Get the account of a number that its owner has just proven, or create it, in one
        statement.

        Of simultaneous callers one creates the account, and the others find it. A new account has
        no usable password.
        """
        proven = Part(PROVEN_NUMBER, {"proven_number": phone_number})
        rows = self.run_with_owner(proven, self.owner_part())
        assert rows is not None  # noqa: S101  the number is always proven
        return Account(*rows[1])

    @staticmethod
    def owner_part() -> Part:
        """The part of a statement that finds or creates the account of the number that is
        `proven`."""
        password = UNUSABLE_PASSWORD_PREFIX + secrets.token_urlsafe(UNUSABLE_BYTES)
        return Part(OWNER, {"password": password, "notice_version": texts.notice_version()})

    @staticmethod
    def run_with_owner(*parts: Part) -> list[Row] | None:
        """Run a statement that has `owner_part`, and once more if it was undone because somebody
        else created the account at the same time."""
        try:
            return run(*parts)
        except StatementRefused:
            pass
        try:
            return run(*parts)
        except StatementRefused:
            raise IntegrityError("another account has this number as its user name") from None

    def find_by_email(self, email: str) -> "User | None":
        """Find the account, active or not, that signs in with this e-mail address and a
        password."""
        folded = self.alias(folded=Lower("email"))
        return folded.filter(WITH_EMAIL_LOGIN, folded=email.lower()).first()

    def revoke_devices(self, user_id: int) -> DeviceProof:
        """Make every known device of the user a stranger; returns what the next one proves."""
        row = fetch_row(REVOKE_DEVICES, [user_id])
        assert row is not None  # noqa: S101  users are never deleted
        return DeviceProof(user_id, row[0])

    def release_claims(self, phone_number: str) -> list[int]:
        """Take a number from the accounts that only claimed it; their ids."""
        claims = self.filter(claimed_phone_number=phone_number)
        ids = list(claims.select_for_update(no_key=True).values_list("pk", flat=True))
        if ids:
            self.filter(pk__in=ids).update(claimed_phone_number="")
        return ids
