"""The documents that the site shows to developers, and their addresses."""

import posixpath
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class TextFile:
    """A text that is sent as it is. `file`: its path in the repository, and its address."""

    file: str

    @property
    def path(self) -> Path:
        return Path(settings.BASE_DIR / self.file)


@dataclass(frozen=True)
class Guide(TextFile):
    """A document. `page`: the address of its page."""

    page: str


APPS = ("android", "ios", "flutter", "react-native", "web")

GUIDES = (
    Guide("docs/README.md", "docs/"),
    Guide("PHONE_AUTHENTICATION.md", "docs/phone-authentication/"),
    Guide("EMAIL_ACCOUNTS.md", "docs/email-accounts/"),
    *(Guide(f"docs/apps/{app}.md", f"docs/apps/{app}/") for app in APPS),
    Guide("docs/errors.md", "docs/errors/"),
    Guide("docs/troubleshooting.md", "docs/troubleshooting/"),
    Guide("docs/integrations.md", "docs/integrations/"),
)
"""The first is the start page. Nothing else of docs/ is in the image, nor should a guide link to
it."""

EXAMPLES = (TextFile("docs/examples/receiver.py"), TextFile("docs/examples/receiver.ts"))
"""Programs that guides lead to."""

ADDRESSES = {guide.file: f"/{guide.page}" for guide in GUIDES} | {
    example.file: f"/{example.file}" for example in EXAMPLES
}


def address_on_site(link: str, *, seen_from: str) -> str:
    """Where a link of a document leads on the site: to the page of another guide, or as it is; ""
    for a document that the site does not show."""
    path, mark, anchor = link.partition("#")
    if not path or path.startswith(("/", "https://", "mailto:")):
        return link
    target = posixpath.normpath(posixpath.join(posixpath.dirname(seen_from), path))
    return ADDRESSES[target] + mark + anchor if target in ADDRESSES else ""
