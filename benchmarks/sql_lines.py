"""How much SQL is written out in the product: `python -m benchmarks.sql_lines`.

A line counts if it is a line with text of a string, on one line or several, that is SQL or a part
of it: it is no docstring, and it has one of the words below in capitals with another one in
capitals beside it. Migrations do not count: they run once, and some of what they create (triggers,
constraints) Django cannot express.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "interests", "leads", "loopin")
WORDS = re.compile(
    r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|JOIN|VALUES|RETURNING|CASE|WHEN|FROM|SET"
    r"|AND|OR|IS NULL|IS NOT NULL|GROUP BY|ORDER BY|EXISTS|FILTER)\b"
)
LEAST_WORDS = 2


def main() -> None:
    total = 0
    for path, lines in count():
        total += lines
        print(f"{lines:6}  {path}")
    print(f"{total:6}  in all")


def count() -> Iterator[tuple[Path, int]]:
    """The modules that have SQL, with how many lines of it."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            lines = lines_of_sql(path.read_text())
            if lines:
                yield path.relative_to(ROOT), lines


def lines_of_sql(source: str) -> int:
    """How many lines of a module are SQL."""
    return sum(
        sum(bool(line.strip("\"' frb")) for line in text.splitlines())
        for text in _strings(ast.parse(source), source)
        if len(WORDS.findall(text)) >= LEAST_WORDS
    )


def _strings(tree: ast.AST, source: str) -> Iterator[str]:
    """The strings under a node as they are written, but for those that stand by themselves."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str)
        ):
            yield ast.get_source_segment(source, node) or ""
        else:
            yield from _strings(node, source)


if __name__ == "__main__":
    main()
