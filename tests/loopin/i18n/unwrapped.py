"""Finds words for people that no catalogue can know, in templates and in Python."""

import ast
import inspect
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, Token, TokenType

from loopin.errors import LoopinError

LETTERS = re.compile(r"[^\W\d_]{2,}")
SHOWN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "label", "placeholder", "title"}
NO_WORDS = {"Loopin", "QR", "API", "SMS", "OTP", "WhatsApp", "Enter", "Esc", "IN"}
"""The same in every language."""

FILTERS_WITH_WORDS = re.compile(
    r"""\|(?:default|default_if_none|yesno|pluralize|add):("[^"]*"|'[^']*')"""
)
INCLUDED_WORDS = re.compile(r"""\w+=("[A-Z][^"]*"|'[A-Z][^']*')""")

MESSAGES = {"debug", "info", "success", "warning", "error"}
SHOWN_KEYWORDS = {"label", "help_text", "empty_label"}


def has_words(text: str) -> bool:
    return any(word not in NO_WORDS for word in LETTERS.findall(text))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "code"}:
            self._open.append(tag)
        self.found += [f'{name}="{value}"' for name, value in attrs if _is_shown(tag, name, attrs)]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self._open and has_words(data):
            self.found.append(" ".join(data.split()))


def _is_shown(tag: str, name: str, attrs: list[tuple[str, str | None]]) -> bool:
    value = dict(attrs)[name] or ""
    if name.startswith("data-"):  # words for scripts, not names
        return re.search("[a-z] [a-z]", value) is not None
    is_description = (tag, name) == ("meta", "content") and ("name", "description") in attrs
    return (name in SHOWN_ATTRIBUTES or is_description) and has_words(value)


def in_template(source: str) -> list[str]:
    """Text, attributes and arguments with words that are outside every translation tag."""
    page, found, depth = _Page(), [], 0
    for token in Lexer(source).tokenize():
        name = token.contents.split(maxsplit=1)[0] if token.contents.split() else ""
        if token.token_type == TokenType.BLOCK and name in {"blocktranslate", "comment"}:
            depth += 1
        elif token.token_type == TokenType.BLOCK and name in {"endblocktranslate", "endcomment"}:
            depth -= 1
        elif token.token_type == TokenType.TEXT and not depth:
            page.feed(token.contents)
        elif not depth:
            found += _in_tag(token)
    page.close()
    return page.found + found


def _in_tag(token: Token) -> Iterator[str]:
    if token.token_type == TokenType.COMMENT or token.contents.startswith("extends "):
        return
    for words in FILTERS_WITH_WORDS.findall(token.contents):
        if has_words(words):
            yield f"|…:{words}"
    if token.token_type == TokenType.BLOCK and token.contents.startswith("include "):
        yield from (words for words in INCLUDED_WORDS.findall(token.contents) if has_words(words))


def in_python(path: Path) -> list[str]:
    """Literals where people would read them: errors, messages, labels and hints of forms.

    Those of models are for the admin alone.
    """
    is_model = "models" in path.parts or path.name == "models.py"
    tree = ast.parse(path.read_text())
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for root in ast.walk(tree)
        for node in _shown_literals(root, is_model=is_model)
        if _is_literal(node)
    ]


def _is_literal(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(_is_literal(value) for value in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and has_words(node.value)


def _shown_literals(node: ast.AST, *, is_model: bool) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign):
        if any(isinstance(target, ast.Name) and target.id == "message" for target in node.targets):
            yield node.value
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value in {*SHOWN_ATTRIBUTES, "message"}:
                yield value
    elif isinstance(node, ast.Call):
        yield from _in_call(node, is_model=is_model)


def _in_call(call: ast.Call, *, is_model: bool) -> Iterator[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    owner = getattr(getattr(call.func, "value", None), "id", "")
    if name == "ValidationError" or name in ERROR_NAMES:
        yield from call.args[:1]
    elif owner == "messages" and name in MESSAGES:
        yield from call.args[1:2]
    elif name.endswith(("Field", "Form")) and not is_model:
        yield from (word.value for word in call.keywords if word.arg in SHOWN_KEYWORDS)


def error_classes() -> set[type[LoopinError]]:
    found, waiting = set(), [LoopinError]
    while waiting:
        children = waiting.pop().__subclasses__()
        found.update(children)
        waiting += children
    return found


def takes_words(error: type[LoopinError]) -> bool:
    """Whether its first argument is a message, and not for example the name of a field."""
    return next(iter(inspect.signature(error).parameters), "") == "message"


ERROR_NAMES = {error.__name__ for error in error_classes() if takes_words(error)}
