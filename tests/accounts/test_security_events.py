"""Who got in and who tried is written down, for good, without anybody's number."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts import signals
from accounts.models import SecurityEvent, Session, User
from accounts.models.security_event import Kind
from loopin.logs.redaction import masked
from loopin.sql import deletion_allowed
from tests.cast import ALICE, DAVE
from tests.each import each

SIGNUP, VERIFY = "/api/auth/signup", "/api/auth/verify-otp"


def kinds():
    return list(SecurityEvent.objects.order_by("pk").values_list("kind", flat=True))


def test_a_sign_in_by_phone_is_logged(api, sms, db):
    api.post(SIGNUP, {"phone_number": DAVE})
    body = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    api.request("POST", VERIFY, body, REMOTE_ADDR="203.0.113.7")
    event = SecurityEvent.objects.get()
    assert (event.kind, event.user, event.recipient_hash, event.ip, event.session_id) == (
        *("signed_in", User.objects.get(), masked(DAVE), "203.0.113.7", Session.objects.get().pk),
    )


@each(
    "address, written",
    [("2001:DB8::7", "2001:db8::7"), ("fe80::1%eth0", "fe80::1"), ("", None), ("unix:", None)],
)
def test_an_unreadable_client_ip_does_not_prevent_a_sign_in(api, sms, db, address, written):
    api.post(SIGNUP, {"phone_number": DAVE})
    body = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    assert api.request("POST", VERIFY, body, REMOTE_ADDR=address).status_code == 200
    assert SecurityEvent.objects.get().ip == written


def test_wrong_codes_and_guesses_beyond_the_limit_are_logged(api, sms, alice):
    api.post("/api/auth/login", {"phone_number": ALICE})
    wrong = f"{(int(sms.last_code(ALICE)) + 1) % 10000:04d}"
    for _ in range(4):
        api.post(VERIFY, {"phone_number": ALICE, "otp_code": wrong})
    assert kinds() == ["code_refused"] * 3 + ["attempts_exceeded"]
    assert set(SecurityEvent.objects.values_list("user_id", "recipient_hash")) == {
        (alice.pk, masked(ALICE))
    }


def test_a_wrong_code_for_a_number_without_an_account_is_logged(api, sms, db):
    api.post(SIGNUP, {"phone_number": DAVE})
    wrong = f"{(int(sms.last_code(DAVE)) + 1) % 10000:04d}"
    api.post(VERIFY, {"phone_number": DAVE, "otp_code": wrong})
    event = SecurityEvent.objects.get()
    assert (event.kind, event.user_id, event.recipient_hash) == ("code_refused", None, masked(DAVE))


def test_the_pages_write_the_same_events(alice, browser_of):
    browser_of(alice)
    assert kinds() == ["signed_in"]


def test_right_and_wrong_passwords_of_staff_are_logged(client, manager):
    url = "/django/admin/login/"
    client.post(url, {"username": "mona", "password": "wrong"})
    client.post(url, {"username": "hunter2", "password": "wrong"})
    client.post(url, {"username": "mona", "password": "battery staple"})
    events = SecurityEvent.objects.order_by("pk")
    assert list(events.values_list("kind", "user_id")) == [
        ("password_refused", manager.pk),
        ("password_refused", None),
        ("password_accepted", manager.pk),
    ]
    assert events.last().session_id == Session.objects.get().pk
    assert not [event for event in events if "hunter2" in str(vars(event))]


def test_a_reused_refresh_token_is_logged(alice):
    session_id = uuid4()
    signals.refresh_reused.send(
        Session, user_id=alice.pk, session_id=session_id, phone_number=ALICE
    )
    event = SecurityEvent.objects.get()
    assert (event.kind, event.user_id, event.session_id) == ("refresh_reused", alice.pk, session_id)


def test_no_event_has_a_number_or_a_code(api, sms, db):
    api.post(SIGNUP, {"phone_number": DAVE})
    code = sms.last_code(DAVE)
    wrong = f"{(int(code) + 1) % 10000:04d}"
    for otp_code in (wrong, code):
        api.post(VERIFY, {"phone_number": DAVE, "otp_code": otp_code})
    written = str([(event.recipient_hash, event.data) for event in SecurityEvent.objects.all()])
    for secret in (DAVE[1:], code, wrong):
        assert secret not in written


@pytest.mark.parametrize("change", [{"kind": "exported"}, None])
def test_events_cannot_be_altered_or_deleted(alice, token_of, change):
    token_of(alice)
    events = SecurityEvent.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        events.update(**change) if change else events.delete()
    assert kinds() == ["signed_in"]


def test_deletion_allowed_permits_deleting_and_nothing_else(alice, token_of):
    token_of(alice)
    with pytest.raises(DatabaseError, match="append-only"), deletion_allowed():
        SecurityEvent.objects.update(kind="exported")
    with deletion_allowed():
        SecurityEvent.objects.all().delete()
    assert kinds() == []
    token_of(alice)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        SecurityEvent.objects.all().delete()


def test_events_outlive_the_account(alice, token_of):
    token_of(alice)
    pk = alice.pk
    User.objects.filter(pk=pk).delete()
    assert SecurityEvent.objects.get().user_id == pk


@pytest.fixture
def office(manager, browser_of):
    return browser_of(manager)


def test_staff_find_the_events_of_a_number(office, alice, token_of):
    SecurityEvent.objects.record(Kind.SIGNED_IN, recipient=ALICE)
    SecurityEvent.objects.record(Kind.CODE_REFUSED, recipient=DAVE)
    url = reverse("admin:accounts_securityevent_changelist")
    for typed in (ALICE, "+91 62058 29376", masked(ALICE)):
        page = office.get(url, {"q": typed}).content.decode()
        assert masked(ALICE) in page
        assert masked(DAVE) not in page


def test_staff_read_and_change_nothing(office):
    SecurityEvent.objects.record(Kind.CODE_REFUSED, recipient=DAVE)
    pk = SecurityEvent.objects.order_by("pk").last().pk
    name = "admin:accounts_securityevent"
    page = office.get(reverse(f"{name}_change", args=[pk]))
    assert page.status_code == 200
    assert DAVE not in page.content.decode()
    assert office.get(reverse(f"{name}_add")).status_code == 403
    assert office.post(reverse(f"{name}_delete", args=[pk])).status_code == 403
    assert office.post(reverse(f"{name}_change", args=[pk]), {"kind": "x"}).status_code == 403


def test_an_export_is_logged(api, alice, token_of):
    api.get("/api/auth/export", token=token_of(alice))
    event = SecurityEvent.objects.latest("pk")
    assert (event.kind, event.user) == ("exported", alice)


def test_codes_that_get_longer_are_logged(api, sms, db, travel):
    for _ in range(2):
        api.post(SIGNUP, {"phone_number": DAVE})
        wrong = f"{(int(sms.last_code(DAVE)) + 1) % 10000:04d}"
        for _ in range(3):
            api.post(VERIFY, {"phone_number": DAVE, "otp_code": wrong})
        travel(301)
    assert kinds() == ["code_refused"] * 6
    api.post(SIGNUP, {"phone_number": DAVE})
    assert kinds()[-1] == "code_lengthened"
    assert len(sms.last_code(DAVE)) == 8
