"""The documents that everybody reads stay short; what they leave out, others have."""

import pytest

from tests.docs.markdown import read

MOST_LINES = {
    "README.md": 200,
    "PHONE_AUTHENTICATION.md": 600,
    "EMAIL_ACCOUNTS.md": 400,
    "docs/architecture.md": 300,
}


@pytest.mark.parametrize("name", MOST_LINES)
def test_a_document_is_no_longer_than_people_read(name):
    assert len(read(name).splitlines()) <= MOST_LINES[name]
