"""The table of docs/integrations.md: the types of webhooks, when each is sent, and its `data`."""

from pydantic import BaseModel

from docs.blocks import table
from leads.webhooks.messages import MESSAGE_TYPES


def render() -> str:
    """The types as a Markdown table."""
    rows = [
        (f"`{message.name}`", message.when, ", ".join(_fields(message.data)))
        for message in MESSAGE_TYPES
    ]
    return table(("Type", "When", "`data`"), rows)


def _fields(data: type[BaseModel]) -> list[str]:
    return [f"`{name}`" for name in data.model_fields]
