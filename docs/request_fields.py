"""The table of what the line of a request has, from the declarations beside the code."""

from docs.blocks import table
from loopin.logs.request_log import FIELDS


def render() -> str:
    return table(["Field", "Meaning"], [[f"`{name}`", words] for name, words in FIELDS.items()])
