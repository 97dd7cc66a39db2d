"""The provider reports what became of a code's message, and nobody else can."""

from dataclasses import replace

import pytest
from django.test import Client

from accounts import signals
from tests.api import FORM
from tests.cast import ALICE, DAVE
from tests.each import each

ADDRESS = "https://loopin.example/api/sms-status/?purpose="


@pytest.fixture
def sent(api, sms, db, settings):
    """Dave's code is on its way."""
    settings.SMS_STATUS_CALLBACKS = True
    api.post("/api/auth/signup", {"phone_number": DAVE})
    return sms


@pytest.fixture
def told(heard):
    return heard(signals.code_delivered), heard(signals.code_undelivered)


def post(report, **extra):
    return Client().post(report.path, report.body, FORM, headers=report.headers, **extra)


def test_each_code_asks_for_reports_that_name_its_purpose(sent, api, alice, token_of):
    api.post("/api/auth/account/delete-code", token=token_of(alice))
    purposes = [message["StatusCallback"].removeprefix(ADDRESS) for message in sent.messages]
    assert purposes == ["sign_in", "delete_account"]


@pytest.mark.parametrize(
    ("name", "value"), [("SMS_STATUS_CALLBACKS", False), ("SITE_URL", "http://localhost:8000")]
)
def test_no_reports_are_asked_for_where_none_can_come(api, sms, db, settings, name, value):
    settings.SMS_STATUS_CALLBACKS = True
    setattr(settings, name, value)
    api.post("/api/auth/signup", {"phone_number": DAVE})
    assert "StatusCallback" not in sms.messages[0]


def test_a_delivered_message_is_announced(sent, reports, told):
    response = reports(DAVE, "delivered")
    assert (response.status_code, response.content) == (204, b"")
    assert told == ([{"recipient": DAVE, "purpose": "sign_in"}], [])


@pytest.mark.parametrize("status", ["undelivered", "failed"])
@pytest.mark.parametrize(
    ("error_code", "reason"),
    [("30003", "unreachable"), ("30006", "landline"), ("30008", "not_delivered"), ("", None)],
)
def test_an_undelivered_message_is_announced_with_its_reason(
    sent, reports, told, status, error_code, reason
):
    assert reports(DAVE, status, error_code).status_code == 204
    about = {"recipient": DAVE, "purpose": "sign_in", "reason": reason or "not_delivered"}
    assert told == ([], [about])


@each("status", ["accepted", "queued", "sending", "sent", "read", "canceled"])
def test_a_message_that_is_still_on_its_way_is_not_announced(sent, reports, told, status):
    assert reports(DAVE, status).status_code == 204
    assert told == ([], [])


def test_a_repeated_report_is_answered_alike(sent, reports, told):
    assert [reports(DAVE, "delivered").status_code for _ in range(2)] == [204, 204]
    assert len(told[0]) == 2


def test_fields_that_the_provider_adds_one_day_are_signed_too(sent, told):
    report = sent.report(DAVE, "delivered")
    more = replace(report, fields=report.fields | {"RawDlrDoneDate": "2611201530", "Empty": ""})
    assert more.body.endswith("Empty=")
    assert post(more).status_code == 204
    assert len(told[0]) == 1


def test_the_address_that_counts_is_the_public_one(sent, told):
    """Behind a proxy the request has another host and scheme."""
    assert post(sent.report(DAVE, "delivered"), SERVER_NAME="10.0.0.7").status_code == 204


def forgeries(report):
    yield "another key", report.path, report.body, replace(report, auth_token="x").headers
    yield "no signature", report.path, report.body, {}
    yield "nonsense", report.path, report.body, {"X-Twilio-Signature": "é" * 28}
    yield "another number", report.path, report.body.replace(DAVE[1:], ALICE[1:]), report.headers
    yield "another purpose", report.path.replace("sign_in", "x"), report.body, report.headers
    yield "one field more", report.path, report.body + "&x=y", report.headers


def test_a_forged_report_is_refused(sent, told):
    for what, path, body, headers in forgeries(sent.report(DAVE, "delivered")):
        response = Client().post(path, body, FORM, headers=headers)
        assert (response.status_code, response.json()["code"]) == (403, "forbidden"), what
        assert DAVE not in response.content.decode()
    assert told == ([], [])


def test_without_a_key_every_report_is_refused(sent, told, settings):
    settings.TWILIO_AUTH_TOKEN = ""
    assert post(replace(sent.report(DAVE, "delivered"), auth_token="")).status_code == 403
    assert told == ([], [])


def test_a_signed_report_without_meaning_is_not_announced(sent, told):
    report = sent.report(DAVE, "delivered")
    other = replace(report, url=ADDRESS + "x")
    nobody = replace(report, fields=report.fields | {"To": "whatsapp:x"})
    nothing = replace(report, fields={})
    assert [post(one).status_code for one in (other, nobody, nothing)] == [204] * 3
    assert told == ([], [])


def test_the_operation_takes_post_only_and_is_not_in_the_schema(client, db):
    response = client.get("/api/sms-status/")
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert "sms-status" not in client.get("/api/openapi.json").content.decode()
