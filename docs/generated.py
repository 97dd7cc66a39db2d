"""What is generated in the documents, all of it: written by `python -m docs`, compared by tests."""

from collections.abc import Callable

from docs import (
    decision_index,
    error_tables,
    metrics_table,
    module_map,
    numbers,
    performance_tables,
    request_fields,
    scope_table,
    webhook_table,
)
from docs.blocks import ROOT, replaced

BLOCKS: dict[str, dict[str, Callable[[], str]]] = {
    "docs/architecture.md": {"module map": module_map.render},
    "docs/decisions/README.md": {"index": decision_index.render},
    "docs/errors.md": {"errors": error_tables.render_errors, "fields": error_tables.render_fields},
    "docs/integrations.md": {
        "types of webhooks": webhook_table.render,
        "scopes": scope_table.render,
    },
    "docs/logs.md": {"request fields": request_fields.render},
    "docs/observability.md": {"metrics": metrics_table.render},
    "docs/performance.md": {
        "comparison": performance_tables.render_comparison,
        "budgets": performance_tables.render_budgets,
        "modules": performance_tables.render_modules,
    },
    "docs/troubleshooting.md": {"twilio": error_tables.render_twilio},
}
"""By document and by the name of the block."""


def current(name: str, text: str) -> str:
    """The text that this document has to have."""
    for block, render in BLOCKS.get(name, {}).items():
        text = replaced(text, block, render())
    return numbers.rewritten(text)


def write() -> list[str]:
    """Bring every document up to date; the names of those that changed."""
    changed = []
    for name in sorted({*BLOCKS, *numbers.DOCUMENTS}):
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        if current(name, text) != text:
            path.write_text(current(name, text), encoding="utf-8")
            changed.append(name)
    return changed
