"""Personal API tokens: shown once, hashed, limited, and gone when their owner's access changes."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import ApiToken, SecurityEvent
from accounts.models.api_token import MAX_LIVE
from accounts.models.hashed_token import hash_token
from accounts.staff import flows as second_factor
from loopin.logs.redaction import redact
from tests.each import each

pytestmark = pytest.mark.django_db

PAGE = "/django/admin/tokens/"
FORM = {"name": "Reminders", "scopes": ["leads:read"], "days": "90"}


@pytest.fixture
def token(staff):
    return ApiToken.objects.create_token(staff.pk, name="x", scopes=["leads:read"], days=90)


@pytest.fixture
def works(api, token):
    """`works()`: whether the token opens the API."""
    return lambda: api.get("/api/leads/", token=token).status_code == 200


def test_a_token_is_shown_once_and_kept_as_a_hash(browser_of, staff, api):
    browser = browser_of(staff)
    page = browser.post(PAGE, FORM)
    token = page.context["token"]
    assert token.startswith("loopin_")
    assert len(token) == len("loopin_") + 43
    assert token in unescape(page.content.decode())
    assert token not in browser.get(PAGE).content.decode()
    row = ApiToken.objects.get()
    assert row.token_hash == hash_token(token)
    assert token not in str(ApiToken.objects.values())
    assert api.get("/api/leads/", token=token).status_code == 200


def test_a_token_lives_90_days_by_default(browser_of, staff):
    page = browser_of(staff).get(PAGE)
    assert b'value="90"' in page.content
    browser_of(staff).post(PAGE, FORM)
    lives = ApiToken.objects.get().expires_at - timezone.now()
    assert timedelta(days=89) < lives < timedelta(days=91)


@each(
    "change",
    [{"days": "366"}, {"days": "0"}, {"scopes": []}, {"scopes": ["leads:all"]}, {"name": ""}],
)
def test_a_broken_rule_makes_no_token(browser_of, staff, change):
    assert browser_of(staff).post(PAGE, FORM | change).status_code == 422
    assert not ApiToken.objects.exists()


def test_the_database_refuses_more_than_a_year_and_unknown_scopes(staff):
    for days, scopes in ((366, ["leads:read"]), (90, ["leads:all"]), (90, [])):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.create_token(staff.pk, name="x", scopes=scopes, days=days)


def test_a_person_has_at_most_20(browser_of, staff):
    for _ in range(MAX_LIVE):
        ApiToken.objects.create_token(staff.pk, name="x", scopes=["leads:read"], days=90)
    page = browser_of(staff).post(PAGE, FORM)
    assert page.status_code == 409
    assert ApiToken.objects.count() == MAX_LIVE


def test_a_token_expires(works, token):
    assert works()
    now = timezone.now()
    ApiToken.objects.update(created_at=now - timedelta(days=91), expires_at=now - timedelta(days=1))
    assert not works()


def test_the_use_of_a_token_is_noted_to_the_minute(works):
    assert ApiToken.objects.get().last_used_at is None
    works()
    first = ApiToken.objects.get().last_used_at
    works()
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    works()
    assert ApiToken.objects.get().last_used_at > first - timedelta(seconds=61)


def test_the_owner_revokes_a_token(browser_of, staff, works):
    assert works()
    browser_of(staff).post(f"{PAGE}{ApiToken.objects.get().pk}/revoke/")
    assert not works()


def test_nobody_sees_or_revokes_another_s(browser_of, colleague, works):
    browser = browser_of(colleague)
    assert browser.get(PAGE).context["tokens"] == []
    browser.post(f"{PAGE}{ApiToken.objects.get().pk}/revoke/")
    assert works()


def deactivate(user):
    user.is_active = False
    user.save()
    user.is_active = True
    user.save()


def lose_staff(user):
    user.is_staff = False
    user.save()
    user.is_staff = True
    user.save()


def change_password(user):
    user.set_password("another horse")
    user.save()


def reset_second_factor(user):
    second_factor.reset_second_factor(user.pk)


@pytest.mark.parametrize("change", [deactivate, lose_staff, change_password, reset_second_factor])
def test_what_ends_its_owner_s_access_revokes_it_for_good(works, staff, change):
    assert works()
    change(staff)
    assert not works()
    event = SecurityEvent.objects.filter(kind="token_revoked").get()
    assert event.data == {"token": ApiToken.objects.get().pk}


def test_other_changes_of_its_owner_leave_it(works, staff):
    staff.first_name = "Sam"
    staff.save()
    assert staff.check_password("correct horse")
    assert works()


def test_a_stronger_hash_of_the_same_password_leaves_it(works, staff, settings):
    settings.PASSWORD_HASHERS = list(reversed(settings.PASSWORD_HASHERS))
    before = staff.password
    assert staff.check_password("correct horse")
    staff.refresh_from_db()
    assert staff.password != before
    assert works()


def test_a_lost_role_counts_at_once(api, token, staff):
    staff.groups.clear()
    assert api.get("/api/leads/", token=token).status_code == 403


def test_making_and_revoking_are_in_the_security_log(browser_of, staff):
    browser = browser_of(staff)
    browser.post(PAGE, FORM)
    row = ApiToken.objects.get()
    browser.post(f"{PAGE}{row.pk}/revoke/")
    made, revoked = SecurityEvent.objects.filter(kind__startswith="token").order_by("pk")
    assert (made.kind, made.user_id) == ("token_created", staff.pk)
    assert made.data == {"token": row.pk, "scopes": ["leads:read"]}
    assert (revoked.kind, revoked.ip) == ("token_revoked", "127.0.0.1")


def test_a_superuser_revokes_any(browser_of, manager, works):
    browser = browser_of(manager)
    address = "/django/admin/accounts/apitoken/"
    page = browser.get(address)
    assert ApiToken.objects.get().token_hash not in page.content.decode()
    browser.post(address, {"action": "revoke", "_selected_action": [ApiToken.objects.get().pk]})
    assert not works()


def test_a_token_in_a_log_line_is_taken_out(token):
    assert token not in redact(f"refused {token} from somewhere")


def test_customers_have_no_such_page(browser_of, alice):
    assert browser_of(alice).get(PAGE).status_code == 302
    assert browser_of(alice).post(PAGE, FORM).status_code == 302
    assert not ApiToken.objects.exists()
