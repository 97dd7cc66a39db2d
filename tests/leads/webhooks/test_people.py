"""Other systems are told what happens to a person: in order, with ids and nothing personal."""

import json
import os
import signal
import threading
import time

import pytest
from django.db import connection, connections, transaction

from accounts.consent import flows as consent
from accounts.models import PersonEvent, Session, User
from accounts.models.person_event import PersonEventKind
from accounts.privacy import flows as privacy
from accounts.profile import drafts
from accounts.profile import flows as profile
from leads.models import Lead, WebhookDelivery
from leads.models.lead_event import EventKind
from leads.models.webhook_types import TEST
from leads.webhooks import delivery
from leads.webhooks.messages import BY_NAME, MESSAGE_TYPES
from tests.cast import ALICE, BOB, DAVE, PROFILE
from tests.children import start_child
from tests.late import late_commit
from tests.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = PersonEventKind.values


def bodies(receiver):
    return [json.loads(message.body) for message in receiver.messages]


def types(receiver):
    return [body["type"] for body in bodies(receiver)]


def test_a_person_s_life_arrives_in_its_order(connect, receiver, told):
    connect(types=PEOPLE)
    user = User.objects.get(pk=User.objects.get_or_create_verified(BOB).pk)
    profile.complete(user.pk, PROFILE)
    drafts.change(user.pk, {"bio": "Sings."})
    session_id = Session.objects.start(user.pk)
    consent.change(user.pk, BOB, contact_consent=True)
    user.move_to(DAVE)
    User.objects.filter(pk=user.pk).update(is_active=False)
    User.objects.filter(pk=user.pk).update(is_active=True)
    Session.objects.filter(pk=session_id).revoke()
    told()
    privacy.forget(user.pk)
    told()
    assert types(receiver) == [
        "user.verified",
        "user.profile_completed",
        "user.profile_updated",
        "consent.changed",
        "user.phone_changed",
        "user.deactivated",
        "user.reactivated",
        "session.revoked",
        "user.deleted",
    ]
    assert [body["version"] for body in bodies(receiver)] == [1] * 9
    assert bodies(receiver)[2]["data"]["fields"] == ["bio"]
    assert bodies(receiver)[3]["data"]["contact_consent"] is True
    assert bodies(receiver)[7]["data"] == {"user_id": user.pk, "session_id": str(session_id)}
    assert bodies(receiver)[8]["data"] == {"user_id": user.pk}


def test_nothing_personal_is_sent(connect, receiver, told):
    connect(types=PEOPLE)
    user = User.objects.get(pk=User.objects.get_or_create_verified(BOB).pk)
    profile.complete(user.pk, PROFILE | {"email": "bob@example.com", "bio": "Sings."})
    drafts.change(user.pk, {"bio": "Sings louder."})
    told()
    everything = b"".join(message.body for message in receiver.messages).decode()
    for secret in (BOB[3:], PROFILE["name"], "Sings", "bob@example.com", PROFILE["birth_date"]):
        assert secret not in everything
    assert bodies(receiver)[0]["data"]["phone"] == "+91 ••••• ••210"


def test_earlier_messages_of_a_deleted_person_say_nothing_of_them(connect, receiver, told, alice):
    connect(types=PEOPLE)
    consent.change(alice.pk, ALICE, contact_consent=True)
    drafts.change(alice.pk, {"bio": "Sings."})
    privacy.forget(alice.pk)
    told()
    by_type = {body["type"]: body["data"] for body in bodies(receiver)}
    nothing = {"user_id": alice.pk, "lead_id": None, "country": None, "phone": None}
    assert by_type["consent.changed"] == nothing | {"contact_consent": None, "proof": None}
    assert by_type["user.profile_updated"] == nothing | {"fields": ["bio"]}
    assert by_type["user.deleted"] == {"user_id": alice.pk}


def test_a_person_without_a_lead_is_told_too(connect, receiver, told, alice):
    Lead.objects.filter(user_id=alice.pk).update(user=None)
    connect(types=["user.deactivated"])
    User.objects.filter(pk=alice.pk).update(is_active=False)
    told()
    [body] = bodies(receiver)
    assert body["data"] == {
        "user_id": alice.pk,
        "lead_id": None,
        "country": "IN",
        "phone": "+91 ••••• ••" + ALICE[-3:],
    }


def test_one_person_s_message_shows_nothing_of_another(connect, receiver, told, alice, bob):
    connect(types=PEOPLE)
    drafts.change(alice.pk, {"bio": "Sings."})
    User.objects.filter(pk=bob.pk).update(is_active=False)
    told()
    shown = {body["data"]["user_id"]: body["data"] for body in bodies(receiver)}
    assert shown[alice.pk]["phone"].endswith(ALICE[-3:])
    assert shown[bob.pk]["phone"].endswith(BOB[-3:])
    assert shown[alice.pk]["lead_id"] != shown[bob.pk]["lead_id"]


def test_an_endpoint_gets_leads_and_people_each_once(connect, receiver, told, bob):
    connect(types=["lead.created", "user.deactivated"])
    Lead.objects.advance(DAVE, EventKind.CODE_REQUESTED)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    told()
    told()
    assert sorted(types(receiver)) == ["lead.created", "user.deactivated"]


def test_an_endpoint_is_told_what_happens_from_its_creation_on(connect, receiver, told, alice):
    connect(types=PEOPLE)
    told()
    assert receiver.messages == []


def test_an_event_that_commits_late_is_told_before_those_after_it(connect, receiver, told, bob):
    connect(types=PEOPLE)
    late = lambda: User.objects.filter(pk=bob.pk).update(is_active=False)  # noqa: E731
    with late_commit(late):
        User.objects.get_or_create_verified(DAVE)
        delivery.collect()
        assert WebhookDelivery.objects.count() == 0, "nothing is told out of its order"
    told()
    assert types(receiver) == ["user.deactivated", "user.verified"]


def test_fifty_writers_of_whom_some_roll_back_lose_and_double_nothing(connect, receiver, told):
    connect(types=["session.revoked"])
    people = [User.objects.get_or_create_verified(f"+9198760000{n:02d}").pk for n in range(50)]
    sessions = {pk: [Session.objects.start(pk) for _ in range(4)] for pk in people}

    def write(pk, n):
        for place, session_id in enumerate(sessions[pk]):
            with transaction.atomic():
                Session.objects.filter(pk=session_id).revoke()
                if (n + place) % 3 == 0:
                    transaction.set_rollback(True)
        connection.close()

    writers = [threading.Thread(target=write, args=(pk, n)) for n, pk in enumerate(people)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        delivery.collect()
    for writer in writers:
        writer.join()
    told()
    sent = [(body["data"]["user_id"], body["data"]["session_id"]) for body in bodies(receiver)]
    ended = Session.objects.exclude(revoked_at=None).values_list("user_id", "pk")
    assert sorted(sent) == sorted((user_id, str(pk)) for user_id, pk in ended)
    assert len(set(sent)) == len(sent) > 100
    for pk in people:
        mine = [session_id for user_id, session_id in sent if user_id == pk]
        assert mine == [str(one) for one in sessions[pk] if str(one) in mine], "in their order"


def test_a_process_that_is_killed_leaves_what_happened_and_its_event_or_neither(
    connect, receiver, told
):
    connect(types=["session.revoked"])
    pk = User.objects.get_or_create_verified(BOB).pk
    sessions = [Session.objects.start(pk) for _ in range(20)]
    connections.close_all()

    def end_all():
        for session_id in sessions:
            with transaction.atomic():
                Session.objects.filter(pk=session_id).revoke()
                time.sleep(0.005)

    over = Session.objects.exclude(revoked_at=None)
    child = start_child(end_all)
    eventually(lambda: over.count() >= 3, every=0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    time.sleep(0.5)  # the server ends what the dead process left
    told()
    sent = [body["data"]["session_id"] for body in bodies(receiver)]
    assert sorted(sent) == sorted(str(pk) for pk in over.values_list("pk", flat=True))
    assert 3 <= len(sent) < 20


def test_purging_events_takes_their_deliveries_along(connect, receiver, told, bob):
    connect(types=PEOPLE)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    told()
    PersonEvent.objects.all().delete()
    assert WebhookDelivery.objects.count() == 0


def test_every_type_has_a_message_and_every_event_of_a_person_a_type():
    assert set(PEOPLE) < BY_NAME.keys()
    assert len(BY_NAME) == len(MESSAGE_TYPES)
    assert TEST in BY_NAME
