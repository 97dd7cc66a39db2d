"""Who the tests are about, and how they are let in."""

from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.codes import challenge
from accounts.models import PendingNumber, ServiceAccount, Session, User
from accounts.models.phone_otp import Purpose
from accounts.profile import flows as profile
from accounts.sessions import access_tokens
from tests.api import Api
from tests.cast import ALICE, BOB, CAROL, PROFILE
from tests.twilio import Provider


@pytest.fixture
def bob(db: None) -> User:
    """Proved his number, has no profile."""
    return User.objects.get(pk=User.objects.get_or_create_verified(BOB).pk)


@pytest.fixture
def alice(db: None) -> User:
    """A customer."""
    account = User.objects.get_or_create_verified(ALICE)
    profile.complete(account.pk, PROFILE)
    return User.objects.get(pk=account.pk)


@pytest.fixture
def carol(db: None, api: Api, sms: Provider) -> str:
    """Asked for a code and never typed it: her number."""
    api.post("/api/auth/signup", {"phone_number": CAROL})
    return CAROL


def _in_role(name: str, role: str) -> Any:
    """A fixture: a member of staff with this user name and role."""

    @pytest.fixture
    def member(db: None) -> User:
        user = User.objects.create_user(name, password="correct horse", is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        return user

    return member


staff = _in_role("sam", "Sales agent")
colleague = _in_role("sita", "Sales agent")
sales_manager = _in_role("hari", "Sales manager")
sales_admin = _in_role("anil", "Admin")


@pytest.fixture
def manager(db: None) -> User:
    """A superuser."""
    return User.objects.create_superuser("mona", password="battery staple")


@pytest.fixture
def token_of():
    """`token_of(user)`: a fresh access token."""

    def issue(user: User) -> str:
        session_id = Session.objects.start(user.pk)
        return access_tokens.issue(
            session_id=session_id, user_id=user.pk, phone_number=user.phone_number
        )

    return issue


@pytest.fixture
def key_of(manager):
    """`key_of("users:read")`: a key of a service account that was just made, with these scopes."""
    made = count(1)

    def make(*scopes: str, **fields: Any) -> str:
        account = ServiceAccount.objects.create_account(
            f"events-{next(made)}", scopes=list(scopes), actor_id=manager.pk, **fields
        )
        return account.create_key(days=90, actor_id=manager.pk).text

    return make


@pytest.fixture
def browser_of():
    """`browser_of(user)`: a browser in which the user is signed in."""

    def sign_in(user: User | None = None) -> Client:
        client = Client()
        if user is not None and user.is_staff:
            client.force_login(user)
        elif user is not None:
            issued = challenge.issue(user.phone_number, Purpose.SIGN_IN, "4321")
            session = client.session
            name = PendingNumber.objects.remember(user.phone_number, is_typed=True)
            session["phone_number"] = {name: ""}
            session.save()
            client.cookies["sessionid"] = session.session_key
            client.post("/verify/", {"otp_code": issued.otp_code})
        return client

    return sign_in
