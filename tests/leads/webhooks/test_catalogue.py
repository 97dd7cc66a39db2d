"""The description of the API lists every message that is sent, as it is sent."""

import json

import pytest

from leads.webhooks.messages import MESSAGE_TYPES
from tests import answers
from tests.each import each
from tests.leads.webhooks.conftest import misfits
from tests.receiver import Message

NAMES = [str(message.name) for message in MESSAGE_TYPES]
HEADERS = {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,AA=="}


@pytest.fixture
def described():
    return answers.document()["webhooks"]


def example_of(described, name):
    content = described[name]["post"]["requestBody"]["content"]["application/json"]
    return content["examples"]["message"]["value"]


def told(body, headers=HEADERS):
    return Message("/hook", headers, json.dumps(body).encode())


def test_every_message_is_described_and_no_other(described):
    assert list(described) == NAMES
    ids = {one["post"]["operationId"] for one in described.values()}
    assert len(ids) == len(NAMES)


@each("name", NAMES)
def test_each_has_words_and_an_example_that_fits(described, name):
    operation = described[name]["post"]
    assert operation["summary"]
    assert operation["description"].startswith("Sent when ")
    body = example_of(described, name)
    assert body["type"] == name
    assert misfits(told(body)) == []


@each("name", NAMES)
def test_what_is_not_as_described_is_found(described, name):
    body = example_of(described, name)
    assert misfits(told(body | {"version": 2}))
    assert misfits(told(body | {"name": "Asha"}))
    assert misfits(told(body | {"data": body["data"] | {"name": "Asha"}}))
    first = next(iter(body["data"]))
    lacking = {key: value for key, value in body["data"].items() if key != first}
    assert misfits(told(body | {"data": lacking}))
    assert misfits(told(body, headers={}))


def test_the_labels_are_english_whoever_asks_first(described):
    assert described["user.deleted"]["post"]["summary"] == "A person was deleted"
