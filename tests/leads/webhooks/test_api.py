"""Service accounts manage the webhooks that they made, and no others."""

import json

import pytest
from standardwebhooks import Webhook

from accounts.models import SecurityEvent, ServiceAccount, User
from leads.models import WebhookDelivery, WebhookEndpoint
from leads.models.webhook_sources import PEOPLE
from leads.webhooks import flows, public_ips
from tests.cast import BOB
from tests.each import each

pytestmark = pytest.mark.django_db(transaction=True)

WEBHOOKS = "/api/service/webhooks"
TYPES = ["user.verified", "user.deactivated"]


@pytest.fixture
def key(key_of):
    return key_of("webhooks:manage")


@pytest.fixture
def made(api, key, receiver):
    """An endpoint that was made with the key, as the API answered."""
    answer = api.post(WEBHOOKS, {"url": receiver.url, "event_types": TYPES}, token=key)
    assert answer.status_code == 201
    return answer.json()["data"]


def one_of(made):
    return f"{WEBHOOKS}/{made['id']}"


def test_an_endpoint_is_made_and_told_with_the_secret_that_was_shown_once(
    api, key, made, receiver, told
):
    User.objects.get_or_create_verified(BOB)
    told()
    [message] = receiver.messages
    body = Webhook(made["secret"]).verify(message.body, message.headers)
    assert body["type"] == "user.verified"
    for path in (WEBHOOKS, one_of(made)):
        shown = api.get(path, token=key).json()["data"]
        assert "secret" not in str(shown)
        assert made["secret"] not in str(shown)


def test_it_is_changed_paused_and_deleted(api, key, made, receiver, told):
    off = api.patch(one_of(made), {"is_active": False, "description": "Later"}, token=key)
    assert off.json()["data"]["is_active"] is False
    assert off.json()["data"]["event_types"] == TYPES, "what is left out stays"
    User.objects.get_or_create_verified(BOB)
    assert told() == []
    api.patch(one_of(made), {"is_active": True}, token=key)
    assert [row.state for row in told()] == ["delivered"]
    assert api.request("DELETE", one_of(made), token=key).status_code == 200
    assert api.get(one_of(made), token=key).json()["code"] == "webhook_not_found"
    assert WebhookDelivery.objects.count() == 0


def test_a_changed_address_keeps_the_position(api, key, made, receiver, told):
    User.objects.get_or_create_verified(BOB)
    told()
    before = WebhookEndpoint.objects.values("person_position").get()
    api.patch(one_of(made), {"url": receiver.url + "/other"}, token=key)
    after = WebhookEndpoint.objects.values("person_position").get()
    assert before == after
    told()
    assert len(receiver.messages) == 1


def test_a_rotated_secret_signs_beside_the_one_before(api, key, made, receiver, told):
    rotated = api.post(f"{one_of(made)}/rotate", token=key).json()["data"]
    assert rotated["secret"] != made["secret"]
    User.objects.get_or_create_verified(BOB)
    told()
    [message] = receiver.messages
    for secret in (made["secret"], rotated["secret"]):
        Webhook(secret).verify(message.body, message.headers)


def test_a_test_message_arrives_and_shows_among_the_deliveries(api, key, made, receiver, told):
    answer = api.post(f"{one_of(made)}/test", token=key)
    assert answer.status_code == 202
    asked = answer.json()["data"]
    assert (asked["type"], asked["state"], asked["attempts"]) == ("webhook.test", "pending", 0)
    told()
    [message] = receiver.messages
    assert message.headers["webhook-id"] == asked["message_id"]
    assert json.loads(message.body)["data"] == {"endpoint_id": made["id"]}
    [row] = api.get(f"{one_of(made)}/deliveries", token=key).json()["data"]["deliveries"]
    assert (row["state"], row["last_status"], row["next_attempt_at"]) == ("delivered", 204, None)


def test_deliveries_are_listed_by_fifty_and_sent_again(api, key, made, receiver, told):
    for _ in range(52):
        api.post(f"{one_of(made)}/test", token=key)
    told()
    page = api.get(f"{one_of(made)}/deliveries", token=key).json()["data"]
    assert len(page["deliveries"]) == 50
    rest = api.get(f"{one_of(made)}/deliveries?before={page['next']}", token=key).json()["data"]
    assert len(rest["deliveries"]) == 2
    assert rest["next"] is None
    first = rest["deliveries"][-1]
    again = api.post(f"{one_of(made)}/deliveries/{first['id']}/resend", token=key)
    assert again.status_code == 202
    told()
    ids = [message.headers["webhook-id"] for message in receiver.messages]
    assert len(ids) == 53
    assert ids.count(first["message_id"]) == 2


@each("path", ["", "/rotate", "/test", "/deliveries", "/deliveries/{delivery}/resend"])
def test_another_account_and_the_admin_s_endpoints_are_out_of_reach(
    api, key, key_of, made, connect, path, told
):
    api.post(f"{one_of(made)}/test", token=key)
    delivery = WebhookDelivery.objects.latest("pk")
    other = key_of("webhooks:manage")
    by_admin = connect()
    methods = (
        ["GET", "PATCH", "DELETE"] if not path else ["GET" if path[1:] == "deliveries" else "POST"]
    )
    for token, endpoint_id in ((other, made["id"]), (key, by_admin.pk)):
        for method in methods:
            address = f"{WEBHOOKS}/{endpoint_id}{path.format(delivery=delivery.pk)}"
            answer = api.request(method, address, {} if method == "PATCH" else None, token=token)
            assert (answer.status_code, answer.json()["code"]) == (404, "webhook_not_found")
    assert api.get(WEBHOOKS, token=other).json()["data"] == []


def test_a_delivery_of_another_endpoint_is_not_sent_again(api, key, made, connect):
    other = connect().deliveries.create(event_type="webhook.test", state="failed")
    answer = api.post(f"{one_of(made)}/deliveries/{other.pk}/resend", token=key)
    assert (answer.status_code, answer.json()["code"]) == (404, "delivery_not_found")
    other.refresh_from_db()
    assert other.state == "failed"


def test_without_the_scope_nothing_opens(api, key_of, made):
    key = key_of("users:read", "leads:read", "leads:write")
    for method, path in (("GET", WEBHOOKS), ("POST", WEBHOOKS), ("DELETE", one_of(made))):
        answer = api.request(method, path, {} if method == "POST" else None, token=key)
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert api.get(WEBHOOKS).status_code == 401


@each(
    "body, field, code",
    [
        ({"url": "ftp://example.com/"}, "url", "invalid"),
        ({"url": "javascript:alert(1)"}, "url", "invalid"),
        ({"url": "https://me:secret@example.com/"}, "url", "invalid"),
        ({"url": "https://exa mple.com/"}, "url", "invalid"),
        ({"url": "https://example.com:99999/"}, "url", "invalid"),
        ({"url": "https://[::1/"}, "url", "invalid"),
        ({"url": "https://example.com/" + "a" * 500}, "url", "too_long"),
        ({"url": "https://example.com/\r\nX: y"}, "url", "invalid"),
        ({"event_types": []}, "event_types", "required"),
        ({"event_types": ["user.unknown"]}, "event_types", "invalid_choice"),
        ({"event_types": ["webhook.test"]}, "event_types", "invalid_choice"),
        ({"description": "a" * 201}, "description", "too_long"),
        ({"description": "a\x00b"}, "description", "invalid"),
    ],
)
def test_what_cannot_be_is_refused(api, key, made, body, field, code):
    good = {"url": "https://example.com/", "event_types": TYPES}
    for answer in (
        api.post(WEBHOOKS, good | body, token=key),
        api.patch(one_of(made), body, token=key),
    ):
        assert answer.status_code == 422
        [error] = answer.json()["errors"]
        assert (error["field"], error["code"]) == (field, code)
    assert WebhookEndpoint.objects.count() == 1


@each(
    "host", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "100.64.0.1"]
)
def test_production_takes_no_address_of_our_own_network(api, key, settings, host):
    settings.IS_PRODUCTION = True
    body = {"url": f"https://{host}/", "event_types": TYPES}
    answer = api.post(WEBHOOKS, body, token=key)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "not_public"
    assert not WebhookEndpoint.objects.exists()


def test_production_takes_no_name_that_leads_into_our_own_network(
    api, key, made, settings, monkeypatch
):
    settings.IS_PRODUCTION = True
    looked_up = lambda *args, **kwargs: [(0, 0, 0, "", ("10.1.2.3", 443))]  # noqa: E731
    monkeypatch.setattr(public_ips.socket, "getaddrinfo", looked_up)
    answer = api.patch(one_of(made), {"url": "https://inside.example/"}, token=key)
    assert answer.json()["errors"][0]["code"] == "not_public"
    assert (
        api.post(WEBHOOKS, {"url": "http://a.example/", "event_types": TYPES}, token=key).json()[
            "errors"
        ][0]["code"]
        == "invalid"
    )


def test_types_are_kept_once_and_in_the_catalogue_s_order(api, key, made):
    types = ["user.deleted", "lead.created", "user.deleted"]
    changed = api.patch(one_of(made), {"event_types": types}, token=key).json()["data"]
    assert changed["event_types"] == ["lead.created", "user.deleted"]


def test_an_account_has_so_many_endpoints_and_no_more(api, key, monkeypatch, receiver):
    monkeypatch.setattr(flows, "MAX_ENDPOINTS", 2)
    body = {"url": receiver.url, "event_types": TYPES}
    codes = [api.post(WEBHOOKS, body, token=key).status_code for _ in range(3)]
    assert codes == [201, 201, 409]


def test_every_change_is_written_down_without_the_secret(api, key, made):
    api.post(f"{one_of(made)}/rotate", token=key)
    api.patch(one_of(made), {"description": "x"}, token=key)
    api.request("DELETE", one_of(made), token=key)
    lines = SecurityEvent.objects.filter(kind="webhook_changed").order_by("pk")
    assert [line.data["change"] for line in lines] == ["created", "rotated", "changed", "deleted"]
    assert {line.data["endpoint"] for line in lines} == {made["id"]}
    assert made["secret"][6:] not in str(list(lines.values()))


def test_one_that_answered_410_can_be_switched_on_again(api, key, made, receiver, told):
    receiver.status = 410
    api.post(f"{one_of(made)}/test", token=key)
    told()
    shown = api.get(one_of(made), token=key).json()["data"]
    assert (shown["is_active"], "410" in shown["disabled_reason"]) == (False, True)
    on = api.patch(one_of(made), {"is_active": True}, token=key).json()["data"]
    assert (on["is_active"], on["disabled_reason"]) == (True, "")


def test_a_service_that_is_switched_off_is_told_nothing_until_it_is_on_again(
    api, key, made, receiver, told, manager
):
    account = ServiceAccount.objects.get()
    User.objects.get_or_create_verified(BOB)
    account.change(is_active=False, actor_id=manager.pk)
    collected = [WebhookEndpoint.objects.collect(made["id"], PEOPLE, size=10) for _ in range(2)]
    assert (collected, WebhookEndpoint.objects.lease(made["id"])) == ([0, 0], None)
    account.change(is_active=True, actor_id=manager.pk)
    assert [(row.event_type, row.state) for row in told()] == [("user.verified", "delivered")]
    assert len(receiver.messages) == 1


def test_what_waits_to_be_sent_waits_while_the_service_is_off(api, key, made, told, manager):
    worker_id = WebhookEndpoint.objects.lease(made["id"])
    api.post(f"{one_of(made)}/test", token=key)
    ServiceAccount.objects.get().change(is_active=False, actor_id=manager.pk)
    assert not WebhookEndpoint.objects.renew_lease(made["id"], worker_id)
    WebhookEndpoint.objects.end_lease(made["id"], worker_id)
    assert [row.state for row in told()] == ["pending"]


@each("before", ["garbage", "-1", "1.0", "9" * 30, "1&before=2"])
def test_a_page_of_deliveries_that_there_is_not_is_refused(api, key, made, before):
    answer = api.get(f"{one_of(made)}/deliveries?before={before}", token=key)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["before"]


@each("sign", ["\x00", "\x01", "\x7f", "\x85"])
def test_an_address_with_what_cannot_be_printed_is_refused(api, key, sign):
    body = {"url": f"https://example.com/a{sign}b", "event_types": TYPES}
    answer = api.post(WEBHOOKS, body, token=key)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == ["invalid"]
