"""Writes `docs/configuration.md` and `.env.example` from the declarations.

`python -m loopin.config.documents` writes both files, `make configuration` calls it, and a test
fails while they differ from what it would write.
"""

import inspect
import textwrap
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

from annotated_types import Ge, Le, MaxLen
from pydantic.fields import FieldInfo

from loopin.config.environment import Environment
from loopin.config.secret_files import SUFFIX, is_secret
from loopin.config.variables import BaseVariables, ByDefault, Format, RequiredInProduction

ROOT = Path(__file__).parents[2]
EXAMPLE_WIDTH = 100
NOTHING = "–"
Kind = TypeVar("Kind")

GROUPS: tuple[type[BaseVariables], ...] = (BaseVariables, *reversed(Environment.__bases__))

COMMAND_FOR_KEYS = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"

GUIDE_HEAD = f"""\
# Configuration

Loopin is configured by environment variables. A file `.env` beside `manage.py` stands in for
missing ones; `ENV_FILE` names another file, and an empty `ENV_FILE` none. A variable that is set to
nothing counts as not set. If anything is wrong, Loopin does not start, and one message lists every
problem. "Default" is what a variable means when it is not set.

`{COMMAND_FOR_KEYS}` makes a key.

A secret may stand in a file, as Docker, Kubernetes and systemd hand secrets over: where a variable
has a second name that ends in `{SUFFIX}`, set that one to the path of the file. White space around
the text does not count. Setting both is an error.

This page and `.env.example` are made from the declarations in `loopin/config/` by
`make configuration`.
"""

EXAMPLE_HEAD = f"""\
# Every variable that Loopin reads, with its default. Copy this file to `.env` and change what you
# need; copied as it is, it gives a working development setup. Variables of the process win over
# this file. A line that starts with `# NAME=` shows an example, or a default that depends on
# ENVIRONMENT.
#
# Make a key with: {COMMAND_FOR_KEYS}
#
# This file is made from the declarations in loopin/config/ by `make configuration`.
"""


def guide(groups: Iterable[type[BaseVariables]] = GROUPS) -> str:
    """`docs/configuration.md`: one table for each group of variables."""
    return "\n\n".join([GUIDE_HEAD, *map(_table, groups)])


def example_file(groups: Iterable[type[BaseVariables]] = GROUPS) -> str:
    """`.env.example`: each variable with its meaning above it."""
    return "\n\n".join([EXAMPLE_HEAD, *map(_example_group, groups)])


def fields_of(group: type[BaseVariables]) -> dict[str, FieldInfo]:
    """The variables that a group itself declares, in their order."""
    own = inspect.get_annotations(group)
    return {name: field for name, field in group.model_fields.items() if name in own}


def allowed(field: FieldInfo) -> str:
    """Which values are taken, as a phrase; "" if any text is."""
    given = _last(field, Format)
    if given is not None:
        return given.words
    if field.annotation is bool:
        return "`true` or `false`"
    if get_origin(field.annotation) is Literal:
        *others, last = (f"`{value}`" for value in get_args(field.annotation))
        return f"{', '.join(others)} or {last}"
    low, high, longest = _last(field, Ge), _last(field, Le), _last(field, MaxLen)
    if low is not None and high is not None:
        return f"{low.ge} to {high.le}"
    return f"at most {longest.max_length} characters" if longest is not None else ""


def default(field: FieldInfo) -> str:
    """What the variable means when it is not set, and whether production wants it."""
    by_default, required = _last(field, ByDefault), _last(field, RequiredInProduction)
    if required is not None:
        return ("built in; " if by_default else f"{NOTHING}; ") + str(required)
    if by_default is not None:
        choices = dict.fromkeys(map(_written, (by_default.development, by_default.production)))
        return "; in production ".join(f"`{text}`" if text else "none" for text in choices)
    text = _written(field.default)
    return f"`{text}`" if text else NOTHING


def _table(group: type[BaseVariables]) -> str:
    title, introduction = _title(group)
    rows = [
        f"| {_names(name, field)} | {default(field)} | {allowed(field) or 'text'} |"
        f" {field.description} |"
        for name, field in fields_of(group).items()
    ]
    head = ["| Variable | Default | Allowed | Meaning |", "| --- | --- | --- | --- |"]
    return "\n\n".join(filter(None, [f"## {title}", introduction, "\n".join(head + rows)])) + "\n"


def _names(name: str, field: FieldInfo) -> str:
    return f"`{name}`" + (f" or `{name}{SUFFIX}`" if is_secret(field) else "")


def _example_group(group: type[BaseVariables]) -> str:
    title, introduction = _title(group)
    parts = [_example(name, field) for name, field in fields_of(group).items()]
    heading = "\n".join([f"# --- {title}", *_comment(["", introduction] if introduction else [])])
    return "\n\n".join([heading, *parts]) + "\n"


def _example(name: str, field: FieldInfo) -> str:
    phrase = allowed(field)
    facts = [f"Allowed: {phrase}."] if phrase else []
    if _last(field, ByDefault) or _last(field, RequiredInProduction):
        facts.append(f"Default: {default(field)}.")
    if is_secret(field):
        facts.append(f"{name}{SUFFIX} may name a file with it instead.")
    comment = _comment([field.description or "", *facts])
    value = _written(field.default)
    line = f"{name}={value}" if value else f"# {name}={_example_value(field)}"
    return "\n".join([*comment, line])


def _example_value(field: FieldInfo) -> str:
    """An example of a value, else development's default unless that is a secret."""
    if field.examples:
        return str(field.examples[0])
    by_default = _last(field, ByDefault)
    is_secret = _last(field, RequiredInProduction) is not None
    return _written(by_default.development) if by_default and not is_secret else ""


def _comment(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        lines = textwrap.wrap(
            paragraph, EXAMPLE_WIDTH - 2, break_long_words=False, break_on_hyphens=False
        )
        yield from (f"# {line}".rstrip() for line in lines or [""])


def _title(group: type[BaseVariables]) -> tuple[str, str]:
    title, _, introduction = inspect.cleandoc(group.__doc__ or "").partition("\n\n")
    return title.removesuffix("."), introduction.replace("\n", " ")


def _last(field: FieldInfo, kind: type[Kind]) -> Kind | None:
    """What a declaration says itself comes after what the type of its variable says."""
    return next((item for item in reversed(field.metadata) if isinstance(item, kind)), None)


def _written(value: Any) -> str:
    """A value as it stands in an environment variable."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(value)
    return str(value) if isinstance(value, str | int | float | Decimal) else ""


def write() -> None:
    """Write both files where they belong."""
    for path, text in {"docs/configuration.md": guide(), ".env.example": example_file()}.items():
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
