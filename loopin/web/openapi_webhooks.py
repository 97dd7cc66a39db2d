"""How webhooks are described: what is sent, with which headers, and what receivers answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from loopin.web.openapi import example_of
from loopin.web.openapi_schemas import REFERENCE

HEADERS = {
    "webhook-id": (
        "The same each time the message is sent: skip those that you have.",
        {"type": "string"},
        "msg_345",
    ),
    "webhook-timestamp": (
        "Of this attempt, in seconds since 1970: refuse it when it is more than five minutes away.",
        {"type": "integer"},
        1772357400,
    ),
    "webhook-signature": (
        "`v1,` and the HMAC-SHA256 in base64 of `ID.TIMESTAMP.BODY`, keyed with the bytes that"
        " stand in base64 behind `whsec_`. For a day after a change of the secret there are two,"
        " with a space between.",
        {"type": "string"},
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
}
"""Standard Webhooks 1.0.0."""

ANSWERS = {
    "2XX": "It has arrived; the body of the answer is not read. Anything else is a failure, and the"
    " message is sent again, up to ten times in about four days.",
    "410": "Nothing more is to be sent: the endpoint is switched off.",
}


@dataclass(frozen=True)
class Webhook:
    """`name`: the type. `body`: of the message, with examples."""

    name: str
    summary: str
    description: str
    body: type[BaseModel]


def describe(webhooks: Iterable[Webhook]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The description of each webhook by its name, and the schemas that they refer to."""
    listed = list(webhooks)
    references, definitions = models_json_schema(
        [(webhook.body, "serialization") for webhook in listed],
        ref_template=f"{REFERENCE}{{model}}",
    )
    described = {
        webhook.name: {"post": _operation(webhook, references[webhook.body, "serialization"])}
        for webhook in listed
    }
    return described, definitions["$defs"]


def _operation(webhook: Webhook, schema: dict[str, Any]) -> dict[str, Any]:
    example = {"message": {"value": example_of(webhook.body)}}
    content = {"application/json": {"schema": schema, "examples": example}}
    return {
        "operationId": webhook.body.__name__[0].lower() + webhook.body.__name__[1:],
        "summary": webhook.summary,
        "description": webhook.description,
        "security": [],
        "parameters": [_header(name, *about) for name, about in HEADERS.items()],
        "requestBody": {"required": True, "content": content},
        "responses": {status: {"description": meaning} for status, meaning in ANSWERS.items()},
    }


def _header(name: str, meaning: str, schema: dict[str, Any], example: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": meaning,
        "schema": schema,
        "example": example,
    }
