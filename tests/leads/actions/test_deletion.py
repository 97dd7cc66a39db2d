"""Deletion on request, for a lead, an account and both: afterwards nothing says who it was."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import GuessBudget, User
from accounts.models.guess_budget import recipient_hash
from accounts.privacy import flows as privacy
from accounts.profile import flows as profile
from leads.actions import claim, contact, forget, verify
from leads.desk import saved_views
from leads.models import ImportRow, Lead, SavedView, SuppressedNumber
from leads.models.lead_event import EventKind
from leads.models.suppressed_number import digest_of
from tests.accounts.conftest import ESHA
from tests.cast import DAVE, PROFILE
from tests.each import each
from tests.leads.transfer import steps

EMAIL, NAME, NOTE = "dave.kumar@example.com", "Dave Kumar", "Prefers mango lassi"
SPELLINGS = (DAVE[1:], DAVE[3:], "99001 12233", "99001-12233", "0" + DAVE[3:])
WORDS = (*SPELLINGS, NAME, "dave.kumar", "lassi", "Esha", "esha@")

# The address of a network is kept for its time: it is not a person.
KEPT = {"django_migrations"}


def everything_stored():
    """Each row of each table as text, and each file on disk by its name and content."""
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table not in KEPT:
                cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" AS t')
                yield from (f"{table}: {row}" for (row,) in cursor.fetchall())
    for path in Path(django_settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            yield f"{path}: {path.read_bytes()!r}"


def left(words=WORDS):
    return [row for row in everything_stored() if any(word in row for word in words)]


@pytest.fixture
def dave(api, sms, db):
    """A number that asked for a code, was guessed at, and is worked by staff."""
    api.post("/api/auth/signup", {"phone_number": DAVE, "contact_consent": True})
    code = sms.last_code(DAVE)
    wrong = f"{(int(code) + 1) % 10000:04d}"
    for _ in range(4):
        api.post("/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": wrong})
    return Lead.objects.get(phone_number=DAVE)


@pytest.fixture
def work(sales_manager, browser_of):
    """`work()`: what staff leave behind of Dave."""

    def leave_traces():
        lead = Lead.objects.get(phone_number=DAVE)
        Lead.objects.filter(pk=lead.pk).update(name=NAME, email=EMAIL)
        office = browser_of(sales_manager)
        if not lead.converted_at:
            claim.claim(lead.pk, actor=sales_manager)
            contact.write_note(lead.pk, f"{NOTE}, {DAVE}", actor=sales_manager)
        for name, query in (("one", "q=99001+12233"), ("two", "q=Dave+Kumar"), ("all", "")):
            saved_views.save(name, query, owner=sales_manager)
        office.get("/leads/", {"q": DAVE})
        office.post("/leads/export/?q=9900112233", {"confirmed": "yes", "numbers": "masked"})
        content = f"phone,name,note\n{DAVE},{NAME},{NOTE}\n".encode()
        steps.check(office, content)
        assert ImportRow.objects.exists()

    return leave_traces


def check_forgotten(number=DAVE):
    assert left() == []
    assert [view.name for view in SavedView.objects.all()] in ([], ["all"])
    assert not ImportRow.objects.exists()
    assert SuppressedNumber.objects.filter(pk=digest_of(number)).exists()


def test_a_lead_without_an_account(dave, work, sales_manager):
    work()
    assert {word for word in SPELLINGS[:2] if left([word])}
    forget.forget(dave.pk, actor=sales_manager)
    check_forgotten()
    assert not GuessBudget.objects.of(DAVE).exists()


def test_a_customer(dave, work, sales_manager):
    account = User.objects.get_or_create_verified(DAVE)
    profile.complete(account.pk, PROFILE | {"name": NAME, "email": EMAIL})
    work()
    log_in_admin(account, sales_manager)
    forget.forget(dave.pk, actor=sales_manager)
    check_forgotten()
    assert User.objects.get(pk=account.pk).is_forgotten
    assert GuessBudget.objects.of(DAVE).exists(), "deleting gives no guesses back"


def log_in_admin(account, staff):
    LogEntry.objects.create(
        user=staff,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(account.pk),
        object_repr=str(account),
        action_flag=2,
    )


def test_an_account_that_no_step_joined_to_its_lead(dave, work, sales_manager):
    account = User.objects.get_or_create_verified(DAVE)
    assert dave.user_id is None
    work()
    forget.forget(dave.pk, actor=sales_manager)
    check_forgotten()
    assert User.objects.get(pk=account.pk).is_forgotten


def test_somebody_verified_by_hand(dave, work, sales_manager):
    verify.verify_by_hand(dave.pk, NOTE, actor=sales_manager)
    work()
    privacy.forget(Lead.objects.get(pk=dave.pk).user_id)
    check_forgotten()


def register(api):
    body = ESHA | {"phone": DAVE, "password_confirm": ESHA["password"]}
    assert api.post("/api/users/register/", body).status_code == 201
    return User.objects.get(email=ESHA["email"])


def test_an_account_whose_claim_alone_made_the_lead(api, sms, db):
    account = register(api)
    api.post("/api/users/send-phone-otp/", {"phone": DAVE})
    privacy.forget(account.pk)
    assert left() == []
    assert not SuppressedNumber.objects.exists(), "nobody suppresses a number by claiming it"


def test_an_account_that_claims_the_number_of_somebody_else(api, sms, dave):
    account = register(api)
    privacy.forget(account.pk)
    assert left(["Esha", "esha@"]) == []
    assert Lead.objects.get(pk=dave.pk).phone_number == DAVE


def test_a_number_that_an_account_claims_goes_and_the_account_stays(
    api, sms, dave, work, sales_manager
):
    account = register(api)
    work()
    forget.forget(dave.pk, actor=sales_manager)
    assert left([*SPELLINGS, NAME, "dave.kumar", "lassi"]) == []
    account.refresh_from_db()
    assert (account.claimed_phone_number, account.email) == ("", ESHA["email"])


def test_an_account_without_a_lead(db):
    account = User.objects.get_or_create_verified(DAVE)
    privacy.forget(account.pk)
    assert left() == []
    assert SuppressedNumber.objects.filter(pk=digest_of(DAVE)).exists()


@each("recipient", [DAVE, "99001 12233", ESHA["email"].upper()])
def test_the_command_deletes_an_account_with_or_without_a_lead(api, sms, db, recipient):
    register(api)
    User.objects.update(is_verified=True, phone_number=DAVE, claimed_phone_number="")
    call_command("forget_person", recipient, stdout=StringIO())
    assert left() == []


def test_the_command_deletes_a_lead_without_an_account(dave, work):
    work()
    call_command("forget_person", DAVE, stdout=StringIO())
    check_forgotten()


@each("recipient", ["+919876500000", "nobody@example.com", "12"])
def test_the_command_says_that_there_is_nobody(db, recipient):
    with pytest.raises(CommandError):
        call_command("forget_person", recipient)


def bring_in(browser, consent):
    content = f"phone,consent,follow-up\n{DAVE},{consent},{timezone.now() + timedelta(days=2):%F}\n"
    steps.bring_in(browser, content)


@each("consent", ["yes", "", "no"])
def test_no_list_brings_a_deleted_person_back(dave, sales_manager, browser_of, consent):
    forget.forget(dave.pk, actor=sales_manager)
    bring_in(browser_of(sales_manager), consent)
    lead = Lead.objects.get(phone_number=DAVE)
    assert lead.refused_at
    assert (lead.may_be_contacted, lead.status, lead.follow_up_at) == (False, "new", None)


def test_no_stranger_says_yes_for_a_deleted_person(dave, sales_manager, api, travel):
    forget.forget(dave.pk, actor=sales_manager)
    travel(24 * 60 * 60)
    api.post("/api/auth/signup", {"phone_number": DAVE, "contact_consent": True})
    lead = Lead.objects.get(phone_number=DAVE)
    assert (lead.consent_at, lead.consent_proof, lead.may_be_contacted) == (None, "staff", False)


def test_the_person_s_own_yes_counts_after_a_deletion(dave, sales_manager, api, sms, travel):
    forget.forget(dave.pk, actor=sales_manager)
    travel(24 * 60 * 60)
    api.post("/api/auth/signup", {"phone_number": DAVE, "contact_consent": True})
    body = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    assert api.post("/api/auth/verify-otp", body).status_code == 200
    assert Lead.objects.get(phone_number=DAVE).may_be_contacted


def test_who_deletes_an_account_with_another_s_address_gives_them_no_guesses_back(db):
    account = User.objects.get_or_create_verified(DAVE)
    User.objects.filter(pk=account.pk).update(email=EMAIL)
    budget = {"is_known_device": False, "spent": 7, "last_guessed_at": timezone.now()}
    for recipient in (EMAIL, DAVE):
        GuessBudget.objects.create(recipient_hash=recipient_hash(recipient), **budget)
    privacy.forget(account.pk)
    assert (
        GuessBudget.objects.of(EMAIL).get().spent == GuessBudget.objects.of(DAVE).get().spent == 7
    )


def test_the_timeline_of_a_deleted_person_goes_on_saying_what_happened(dave, work, sales_manager):
    work()
    forget.forget(dave.pk, actor=sales_manager)
    kinds = list(dave.events.order_by("pk").values_list("kind", flat=True))
    assert kinds[0] == EventKind.CODE_REQUESTED
    assert kinds[-2:] == [EventKind.ACCOUNT_DELETED, EventKind.DELETION_ASKED]
