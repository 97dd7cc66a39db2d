"""The documents that everybody reads stay short; what they leave out, others have."""

from loopin.guides.catalogue import APPS
from tests.docs.markdown import read
from tests.each import each

MOST_LINES = {
    "README.md": 200,
    "PHONE_AUTHENTICATION.md": 600,
    "EMAIL_ACCOUNTS.md": 400,
    "docs/architecture.md": 320,
    **dict.fromkeys((f"docs/apps/{app}.md" for app in APPS), 250),
}


@each("name, most", MOST_LINES.items())
def test_a_document_is_no_longer_than_people_read(name, most):
    assert len(read(name).splitlines()) <= most
