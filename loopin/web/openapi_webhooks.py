"""How webhooks are described to programs; who sends them says what, with which headers, and what
receivers answer."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from loopin.web.openapi import example_of
from loopin.web.openapi_schemas import REFERENCE


@dataclass(frozen=True)
class Webhook:
    """`name`: the type. `body`: of the message, with examples."""

    name: str
    summary: str
    description: str
    body: type[BaseModel]


@dataclass(frozen=True)
class Header:
    name: str
    meaning: str
    type: str
    example: Any


def describe(
    webhooks: Iterable[Webhook], *, headers: Sequence[Header], answers: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The description of each webhook by its name, and the schemas that they refer to.

    `headers` are those of every message. `answers`: by status, what an answer means.
    """
    shared = {
        "security": [],
        "parameters": [_header(header) for header in headers],
        "responses": {status: {"description": meaning} for status, meaning in answers.items()},
    }
    listed = list(webhooks)
    references, definitions = models_json_schema(
        [(webhook.body, "serialization") for webhook in listed],
        ref_template=f"{REFERENCE}{{model}}",
    )
    described = {
        webhook.name: {
            "post": _operation(webhook, references[webhook.body, "serialization"])
            | deepcopy(shared)  # whoever publishes it changes it in place
        }
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
        "requestBody": {"required": True, "content": content},
    }


def _header(header: Header) -> dict[str, Any]:
    return {
        "name": header.name,
        "in": "header",
        "required": True,
        "description": header.meaning,
        "schema": {"type": header.type},
        "example": header.example,
    }
