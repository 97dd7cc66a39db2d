"""The table of docs/observability.md: every metric that is declared, with its labels."""

from importlib import import_module

from docs.blocks import table
from loopin.metrics.declarations import Label, Metric, declared

DECLARING = (
    "loopin.background.measures",
    "loopin.metrics.exporter",
    "loopin.metrics.middleware",
    "loopin.metrics.threads",
    "loopin.urls",
)
"""What has to be imported so that all metrics are declared: the worker's, the exporter's, and what
the site is made of."""


def render() -> str:
    """The metrics as a Markdown table, by their names."""
    for module in DECLARING:
        import_module(module)
    rows = [_row(metric) for metric in sorted(declared, key=lambda metric: metric.name)]
    return table(("Metric", "Kind", "What it says", "Labels"), rows)


def _row(metric: Metric) -> tuple[str, str, str, str]:
    labels = "; ".join(map(_label, metric.labels)) or "–"
    return f"`{metric.name}`", metric.kind, metric.words, labels


def _label(label: Label) -> str:
    values = "" if not label.values else f" ({', '.join(f'`{one}`' for one in label.values)})"
    return f"`{label.name}`: {label.words}{values}"
