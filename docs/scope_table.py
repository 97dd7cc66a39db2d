"""The table of docs/integrations.md: the scopes of service accounts, and the operations that need
them."""

from collections import defaultdict

from django.utils import translation

from accounts.models.service_account import ServiceScope
from docs.blocks import table
from loopin.api import api
from loopin.web.openapi import SCOPE
from loopin.web.openapi_document import operations


def render() -> str:
    """The scopes as a Markdown table."""
    opened = operations_of_scopes()
    with translation.override("en"):
        rows = [
            (f"`{scope}`", str(scope.label), ", ".join(opened[scope])) for scope in ServiceScope
        ]
    return table(("Scope", "Permits", "Operations"), rows)


def operations_of_scopes() -> dict[str, list[str]]:
    """By scope: its operations, as the description of the API names them."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, method, operation in operations(api.get_openapi_schema()):
        if SCOPE in operation:
            found[operation[SCOPE]].append(f"`{method.upper()} {path}`")
    return found
