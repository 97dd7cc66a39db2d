from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.contrib.auth.models import UserManager
from django.db import IntegrityError
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.errors import AccountInactive
from accounts.models.account import CREATE, KEEP_ACCOUNT, Account
from accounts.models.known_device import REVOKE_DEVICES, DeviceProof
from loopin.errors import raises
from loopin.legal import texts
from loopin.sql import fetch_row
from loopin.text import spelling

if TYPE_CHECKING:
    from accounts.models.user import User

WITH_EMAIL_LOGIN = (
    ~Q(email="") & ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) & Q(is_staff=False)
)
"""Customers who can sign in with their e-mail address: the others' addresses are for mail alone."""


class PhoneUserManager(UserManager["User"]):
    use_in_migrations = False  # they import nothing that may move or change

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
        """Get the account of a number that its owner has just proven, or create it.

        It takes one statement for a verified account and two for a new one. Of simultaneous callers
        one creates the account, and the others find it. A new account has no usable password.
        """
        existing = self._lock_account(phone_number)
        if existing is not None and existing.is_verified:
            return existing
        values = {
            "phone_number": phone_number,
            "password": make_password(None),
            "notice_version": texts.notice_version(),
        }
        created = fetch_row(CREATE, values)
        if created is not None:
            return Account(*created)
        self.filter(phone_number=phone_number).update(is_verified=True)
        verified = self._lock_account(phone_number)
        if verified is None:
            raise IntegrityError("another account has this number as its user name")
        return verified

    def _lock_account(self, phone_number: str) -> Account | None:
        """Find the account of a number, and keep it from being deleted until the transaction
        ends."""
        row = fetch_row(KEEP_ACCOUNT, [phone_number])
        return Account(*row) if row else None

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

    def release_claims(self, phone_number: str) -> list[str]:
        """Take a number from the accounts that only claimed it; their e-mail addresses."""
        claims = self.filter(claimed_phone_number=phone_number)
        emails = dict(claims.select_for_update(no_key=True).values_list("pk", "email"))
        if emails:
            self.filter(pk__in=emails).update(claimed_phone_number="")
        return [email for email in emails.values() if email]
