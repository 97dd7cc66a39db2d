"""Icons are drawings of a kept set: a character looks different with every font, or is missing."""

import ast
import re
import unicodedata
from pathlib import Path

from django.conf import settings
from django.template import Context, Template

from tests.each import each

ROOT: Path = settings.BASE_DIR
KEPT = {path.stem for path in (ROOT / "static/vendor/lucide").glob("*.svg")}
APPS = ("accounts", "interests", "leads", "loopin")
READ_NOT_SHOWN = ROOT / "leads" / "transfer" / "reading"
"""Its strings are what people have in their files; those that are shown are in the catalogues."""

PICTORIAL = {"So", "Sm", "Sk", "Co"}
"""Unicode's categories of symbols: https://www.unicode.org/reports/tr44/#General_Category_Values"""

ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;|nbsp;)#?\w+;")
CSS_CONTENT = re.compile(r"[^-]content:([^;]*);")
CSS_TEXT = re.compile(r"""(["'])(.+?)\1""")
ICON = re.compile(r"""\{% icon "([a-z0-9-]+)" %\}""")


def files(folder: str, *suffixes: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*"))
    return [path for path in found if path.suffix in suffixes and "vendor" not in path.parts]


def signs(text: str) -> list[str]:
    """The characters that a font would have to draw as a picture. Full-width forms are text."""
    beyond_ascii = (one for one in text if not unicodedata.normalize("NFKC", one).isascii())
    return [one for one in beyond_ascii if unicodedata.category(one) in PICTORIAL]


def signs_in_strings(source: str) -> list[str]:
    """Those in Python's strings; docstrings and comments are read by nobody but us."""
    tree = ast.parse(source)
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    strings = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documentation
    )
    return [sign for text in strings for sign in signs(text)]


def signs_in_style(source: str) -> list[str]:
    """What `content` writes: an icon would stand there, also as an escape or as a plain "+"."""
    contents = " ".join(CSS_CONTENT.findall(source)).replace('""', "")
    return signs(source) + [text for _, text in CSS_TEXT.findall(contents)]


def wrong(found: dict[Path, list[str]]) -> dict[str, list[str]]:
    return {str(path.relative_to(ROOT)): what for path, what in found.items() if what}


def test_no_page_draws_with_characters():
    pages = files("templates", ".html", ".js", ".txt") + files("static", ".js")
    found = {path: signs(path.read_text()) + ENTITY.findall(path.read_text()) for path in pages}
    assert len(pages) > 50
    assert wrong(found) == {}


def test_no_style_draws_with_characters():
    styles = files("static", ".css")
    assert len(styles) > 3
    assert wrong({path: signs_in_style(path.read_text()) for path in styles}) == {}


def test_no_string_of_ours_draws_with_characters():
    code = [path for app in APPS for path in files(app, ".py")]
    code = [path for path in code if READ_NOT_SHOWN not in path.parents]
    assert len(code) > 100
    assert wrong({path: signs_in_strings(path.read_text()) for path in code}) == {}


def test_no_translation_draws_with_characters():
    catalogues = [path for folder in ("locale", *APPS) for path in files(folder, ".po")]
    assert catalogues
    assert wrong({path: signs(path.read_text()) for path in catalogues}) == {}


def test_a_sign_is_found_wherever_it_hides():
    assert signs("a ✓ b → c ⠿ × ★") == ["✓", "→", "⠿", "×", "★"]
    assert signs("10–12 · “naïve” … ••376 § ＋") == []
    assert ENTITY.findall("&times; &#10003; &amp; &nbsp;") == ["&times;", "&#10003;"]
    assert signs_in_strings('"""doc →"""\nx = f"{y} → z"  # ✓') == ["→"]
    assert signs_in_style('p { content: "\\2713" / ""; }') == ["\\2713"]
    assert signs_in_style('p { content: " +"; }') == [" +"]
    assert signs_in_style('p { content: "" / ""; content: attr(a); align-content: start; }') == []


def test_an_icon_is_hidden_from_screen_readers_and_takes_its_looks_from_the_style():
    drawn = Template('{% load icons %}{% icon "check" %}').render(Context())
    frame = '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">'
    assert drawn == f'{frame}<path d="M20 6 9 17l-5-5" /></svg>'


@each("name", sorted(KEPT))
def test_every_kept_icon_is_used_and_can_be_drawn(name):
    pages = "".join(path.read_text() for path in files("templates", ".html"))
    styles = "".join(path.read_text() for path in files("static", ".css"))
    assert name in ICON.findall(pages) or f"lucide/{name}.svg" in styles
    drawn = Template(f'{{% load icons %}}{{% icon "{name}" %}}').render(Context())
    assert drawn.count("<svg") == drawn.count("</svg>") == 1
    assert re.search(r"<(path|circle|rect|line)\b", drawn)
    assert "style=" not in drawn


def test_every_icon_that_a_page_names_is_kept():
    named = {
        name for path in files("templates", ".html") for name in ICON.findall(path.read_text())
    }
    assert named <= KEPT
