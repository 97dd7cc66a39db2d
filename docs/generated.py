"""What is generated in the documents, all of it: written by `python -m docs`, compared by tests."""

from docs import decision_index, module_map, numbers, webhook_table
from docs.blocks import ROOT, replaced

BLOCKS = {
    "docs/architecture.md": ("module map", module_map.render),
    "docs/decisions/README.md": ("index", decision_index.render),
    "docs/integrations.md": ("types of webhooks", webhook_table.render),
}


def current(name: str, text: str) -> str:
    """The text that this document has to have."""
    if name in BLOCKS:
        block, render = BLOCKS[name]
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
