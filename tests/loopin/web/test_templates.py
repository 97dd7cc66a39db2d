"""Where templates lie: a page is one file in the room of its subject, its partials inside it."""

import re
from pathlib import Path

from django.conf import settings
from django.template.loader import get_template
from django.template.loaders.cached import Loader
from django.urls import URLPattern, URLResolver, get_resolver

TEMPLATES: Path = settings.BASE_DIR / "templates"
ROOMS = ("accounts", "leads")
PARTIAL = re.compile(r"\{% partialdef (\w+)( inline)? %\}")
ONLY_AN_INCLUDE = re.compile(r"\{% block content %\}\s*\{% include [^%]*%\}\s*\{% endblock %\}")

PARTS_OF_PAGES = {
    "folded_form": "a form on the page of a lead, shown when it is asked for",
    "form": "a form on the page of a lead",
    "fresh_codes": "what `enrol` and `recovery_codes` show once",
    "logout_script": "what deletes the drafts of whoever logs out",
    "sign_in_dialog": "the sign-in over an open page",
    "import_check": "what `imported` shows of a file that was read",
    "import_counts": "what `imported` counts",
    "import_problems": "the rows and cells that could not be read",
    "import_progress": "what `imported` shows while a file is read, written or taken back",
    "import_steps": "the steps of an import, above each of them",
    "gone": "what `detail` shows of a lead that the reader may not see",
    "invitation_over": "what `invitation` shows of a link that was used",
    "not_invited": "what `enrol` shows to whoever has no invitation",
    "start_again": "the way back to the password, on two pages",
    "signed_out": "what a form of somebody whose session ended shows without JavaScript",
    "resume_over": "what `resume` shows of a link that was used",
}
"""Templates of the rooms that are no view's own page."""


def pages() -> list[Path]:
    return sorted(path for room in ROOMS for path in (TEMPLATES / room).rglob("*.html"))


def url_names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    names: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            names |= url_names(pattern.url_patterns)
        elif pattern.name:
            names.add(pattern.name)
    return names


def test_a_page_is_named_like_its_address():
    known = url_names(get_resolver().url_patterns) | {"inbox"} | set(PARTS_OF_PAGES)
    assert [path.name for path in pages() if path.stem not in known] == []


def test_every_template_lies_in_the_room_of_its_subject():
    assert {len(path.relative_to(TEMPLATES).parts) for path in pages()} == {3}
    assert [path.name for path in TEMPLATES.rglob("*") if path.name.startswith("_")] == []


def test_no_page_only_includes_another_file():
    assert [path.name for path in pages() if ONLY_AN_INCLUDE.search(path.read_text())] == []


def test_every_partial_can_be_asked_for_and_is():
    code = "".join(
        path.read_text() for app in ROOMS for path in (settings.BASE_DIR / app).rglob("*.py")
    )
    for path in pages():
        source, name = path.read_text(), path.relative_to(TEMPLATES).as_posix()
        for partial, inline in PARTIAL.findall(source):
            assert get_template(f"{name}#{partial}")
            is_asked_for = f'"{partial}"' in code or f"#{partial}" in code
            assert inline or is_asked_for or f"{{% partial {partial} %}}" in source, partial


def test_templates_are_parsed_once():
    """Also those whose partial alone is rendered: the desk makes fifty rows of one."""
    [loader] = get_template("base.html").template.engine.template_loaders
    assert isinstance(loader.loaders[0], Loader)
    row = get_template("leads/desk/list.html#lead").template
    assert get_template("leads/desk/list.html#lead").template is row
